/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Instance commands, from deployment to expunging. */
final class InstanceCommands {

    private static final String ADMIN = "admin.vm.";
    private static final Set<String> GONE = Set.of("Destroyed", "Expunged");

    private final Cloud cloud;

    InstanceCommands(Cloud cloud) {
        this.cloud = cloud;
    }

    List<Command> all() {
        return List.of(
                Command.job(
                        "deployVirtualMachine",
                        ADMIN + "DeployVMCmdByAdmin",
                        "serviceofferingid:uuid! templateid:uuid! zoneid:uuid! name:string displayname:string"
                                + " networkids:list userdata:string userdataid:uuid keypair:string keypairs:list"
                                + " rootdisksize:integer startvm:boolean details:map hypervisor:string size:integer"
                                + " account:string domainid:uuid projectid:uuid boottype:string bootmode:string"
                                + " password:string",
                        this::deploy),
                Command.plain(
                        "listVirtualMachines",
                        "id:uuid ids:list name:string keyword:string state:string zoneid:uuid templateid:uuid tags:map"
                                + " details:list listall:boolean page:integer pagesize:integer account:string"
                                + " domainid:uuid projectid:uuid userdata:boolean",
                        this::list),
                Command.job("startVirtualMachine", ADMIN + "StartVMCmdByAdmin", "id:uuid!", this::start),
                Command.job("stopVirtualMachine", ADMIN + "StopVMCmdByAdmin", "id:uuid! forced:boolean", this::stop),
                Command.job("rebootVirtualMachine", ADMIN + "RebootVMCmdByAdmin", "id:uuid!", this::reboot),
                Command.job(
                        "resetPasswordForVirtualMachine",
                        ADMIN + "ResetVMPasswordCmdByAdmin",
                        "id:uuid! password:string",
                        this::resetPassword),
                Command.job(
                        "destroyVirtualMachine",
                        ADMIN + "DestroyVMCmdByAdmin",
                        "id:uuid! expunge:boolean volumeids:list",
                        this::destroy),
                Command.job("expungeVirtualMachine", ADMIN + "ExpungeVMCmd", "id:uuid!", this::expunge));
    }

    private Command.Work deploy(Call call) {
        if (!cloud.offerings.containsKey(call.required("serviceofferingid"))) {
            throw call.unknownId("serviceofferingid");
        }
        var template = cloud.template(call, "templateid");
        var zone = cloud.zone(call, "zoneid");
        call.list("networkids").forEach(id -> checkNetwork(call, id));
        var number = cloud.number();
        var name = call.text("name").orElse("VM-" + number);
        var keys = call.list("keypairs").isEmpty() ? call.list("keypair") : call.list("keypairs");
        keys.forEach(key -> checkKey(call, key));
        var instance = new Instance(
                number,
                call.account(),
                zone,
                template,
                name,
                call.text("displayname").orElse(name),
                call.required("serviceofferingid"),
                call.text("userdata").orElse(""),
                keys,
                cloud.now());
        instance.rootGiB = call.integer("rootdisksize").orElse(0);
        instance.details.putAll(call.details("details"));
        cloud.instances.put(instance.id, instance);
        call.parameters().put("id", instance.id);
        if (template.removed || !template.isReadyIn(zone)) {
            instance.state = "Error";
            throw ApiError.internal("Template %s has not been completely downloaded to zone %s"
                    .formatted(template.named(), zone.named()));
        }
        return () -> {
            if (!zone.hypervisors().contains(template.hypervisor)) {
                var error = ApiError.of(533, "No destination found for a deployment for " + instance.named());
                instance.state = "Error";
                throw error;
            }
            instance.password = template.passwordEnabled ? newPassword() : "";
            if (call.flag("startvm", true)) {
                run(instance);
            }
            return machine(json(instance), instance.password);
        };
    }

    private void checkNetwork(Call call, String id) {
        var isForeign = cloud.networks.stream()
                .anyMatch(network -> network.id().equals(id)
                        && network.owner() != null
                        && !network.owner().equals(call.account()));
        if (isForeign) {
            throw ApiError.notPermitted("Unable to use network with id= %s, permission denied".formatted(id));
        }
    }

    private void checkKey(Call call, String name) {
        if (cloud.keyPairs.stream()
                .noneMatch(pair ->
                        pair.owner().equals(call.account()) && pair.name().equals(name))) {
            throw ApiError.invalid("A key pair with name '%s' does not exist.".formatted(name));
        }
    }

    private static String newPassword() {
        return UUID.randomUUID().toString().substring(0, 6);
    }

    private void run(Instance instance) {
        instance.state = "Starting";
        var address = cloud.machines.start(order(instance));
        if (!address.isEmpty()) {
            instance.address = address;
        }
        become(instance, "Running");
    }

    private Machines.Start order(Instance instance) {
        synchronized (cloud) {
            var disk = Optional.ofNullable(instance.template.copies.get(instance.zone.id()))
                    .flatMap(ZoneCopy::stored);
            return new Machines.Start(
                    instance.id,
                    instance.name,
                    disk.map(ZoneCopy.Stored::file).orElse(Path.of("")),
                    Math.max(
                            instance.rootGiB << 30,
                            disk.map(ZoneCopy.Stored::virtualSize).orElse(0L)),
                    new String(Base64.getDecoder().decode(instance.userData), StandardCharsets.UTF_8),
                    cloud.keyPairs.stream()
                            .filter(pair ->
                                    pair.owner().equals(instance.owner) && instance.keyPairs.contains(pair.name()))
                            .map(Cloud.Owned::content)
                            .toList(),
                    instance.password);
        }
    }

    private void become(Instance instance, String state) {
        instance.state = state;
        instance.updated = cloud.now();
    }

    private Instance living(Call call) {
        var instance = cloud.instance(call);
        if (GONE.contains(instance.state)) {
            throw call.unknownId("id");
        }
        if (!instance.owner.equals(call.account()) && !call.account().isAdmin()) {
            throw ApiError.notPermitted(
                    call.account().named() + " does not have permission to operate with resource " + instance.named());
        }
        return instance;
    }

    private Command.Work start(Call call) {
        var instance = living(call);
        return () -> {
            if (!instance.state.equals("Running")) {
                run(instance);
            }
            return machine(json(instance), "");
        };
    }

    private Command.Work stop(Call call) {
        var instance = living(call);
        return () -> {
            cloud.machines.stop(instance.id, call.flag("forced"));
            become(instance, "Stopped");
            return machine(json(instance), "");
        };
    }

    private Command.Work reboot(Call call) {
        var instance = living(call);
        return () -> {
            cloud.machines.stop(instance.id, false);
            run(instance);
            return machine(json(instance), "");
        };
    }

    private Command.Work resetPassword(Call call) {
        var instance = living(call);
        return () -> {
            if (!instance.template.passwordEnabled) {
                throw ApiError.of(
                        431, "Fail to reset password for the virtual machine, the template is not password enabled");
            }
            if (!instance.state.equals("Stopped")) {
                throw ApiError.of(431, "Vm %s should be stopped to do password reset".formatted(instance.named()));
            }
            instance.password = newPassword();
            return machine(json(instance), instance.password);
        };
    }

    private Command.Work destroy(Call call) {
        var instance = cloud.instance(call);
        return () -> {
            if (call.flag("expunge") && !call.account().isAdmin() && !cloud.settings.userMayExpunge) {
                throw ApiError.internal("Account does not have permission for expunging.");
            }
            if (instance.state.equals("Running")) {
                cloud.machines.stop(instance.id, true);
            }
            if (call.flag("expunge")) {
                remove(instance);
                var nothing = Json.object();
                for (var list : List.of("securitygroup", "nic", "affinitygroup")) {
                    nothing.putArray(list);
                }
                nothing.put("deleteprotection", false).putArray("tags");
                return Json.object().set("virtualmachine", nothing);
            }
            become(instance, "Destroyed");
            return machine(json(instance), "");
        };
    }

    private Command.Work expunge(Call call) {
        var instance = cloud.instance(call);
        return () -> {
            if (!call.account().isAdmin() && !cloud.settings.userMayExpunge) {
                throw ApiError.internal("Account does not have permission for expunging.");
            }
            if (!Set.of("Destroyed", "Error").contains(instance.state)) {
                throw ApiError.of(431, "Please destroy vm with specified vmId before expunge");
            }
            remove(instance);
            return Json.success();
        };
    }

    private void remove(Instance instance) {
        cloud.machines.expunge(instance.id);
        become(instance, "Expunged");
    }

    /** Without {@code listall} or an id only the caller's own; a user never sees those of other accounts. */
    private JsonNode list(Call call) {
        var isForAll = call.flag("listall") || call.text("id").isPresent();
        var found = cloud.instances.values().stream()
                .filter(instance -> !instance.state.equals("Expunged"))
                .filter(instance -> instance.owner.equals(call.account())
                        || (isForAll && call.account().mayOperateFor(instance.owner)))
                .filter(instance -> call.account().isAdmin() || !instance.state.equals("Destroyed"))
                .filter(instance -> call.text("id").map(instance.id::equals).orElse(true))
                .filter(instance ->
                        call.list("ids").isEmpty() || call.list("ids").contains(instance.id))
                .filter(instance ->
                        call.text("name").map(instance.name::contains).orElse(true))
                .filter(instance ->
                        call.text("keyword").map(instance.name::contains).orElse(true))
                .filter(instance ->
                        call.text("state").map(instance.state::equalsIgnoreCase).orElse(true))
                .filter(instance ->
                        call.text("zoneid").map(instance.zone.id()::equals).orElse(true))
                .filter(instance -> call.text("templateid")
                        .map(instance.template.id::equals)
                        .orElse(true))
                .filter(instance -> TemplateListing.hasAnyOf(instance.tags, call.pairs("tags")))
                .map(this::json)
                .toList();
        return Page.of(call, "virtualmachine", found, cloud.settings.pageSize);
    }

    private static JsonNode machine(ObjectNode json, String password) {
        if (!password.isEmpty()) {
            json.put("password", password);
        }
        return Json.object().set("virtualmachine", json);
    }

    private ObjectNode json(Instance instance) {
        var template = instance.template;
        var offering = cloud.offerings.get(instance.offeringId);
        var osType = cloud.osTypes.get(template.osTypeId);
        var json = Json.object()
                .put("id", instance.id)
                .put("name", instance.name)
                .put("displayname", instance.displayName)
                .put("account", instance.owner.name())
                .put("userid", instance.owner.userId())
                .put("username", instance.owner.name())
                .put("domainid", instance.owner.domain().id())
                .put("domain", instance.owner.domain().name())
                .put("domainpath", instance.owner.domain().path())
                .put("created", Cloud.date(instance.created))
                .put("lastupdated", Cloud.date(instance.updated))
                .put("state", instance.state)
                .put("haenable", false)
                .put("zoneid", instance.zone.id())
                .put("zonename", instance.zone.name())
                .put("templateid", template.id)
                .put("templatename", template.name)
                .put("templatetype", "USER")
                .put("templateformat", template.format)
                .put("templatedisplaytext", template.displayText)
                .put("passwordenabled", template.passwordEnabled)
                .put("serviceofferingid", instance.offeringId);
        if (offering != null) {
            json.put("serviceofferingname", offering.name())
                    .put("cpunumber", offering.cpus())
                    .put("cpuspeed", offering.megahertz())
                    .put("memory", offering.megabytes());
        }
        json.put("guestosid", template.osTypeId);
        json.putArray("securitygroup");
        json.set("nic", Json.array(List.of(nic(instance))));
        json.put("hypervisor", template.hypervisor)
                .put("ipaddress", instance.address)
                .put("instancename", "i-%d-%d-VM".formatted(instance.owner.number(), instance.number));
        json.set("details", Json.object(instance.details));
        json.putArray("affinitygroup");
        if (!instance.keyPairs.isEmpty()) {
            json.put("keypairs", String.join(",", instance.keyPairs));
        }
        json.put("displayvm", true)
                .put("isdynamicallyscalable", false)
                .put("deleteprotection", false)
                .put("ostypeid", template.osTypeId)
                .put("osdisplayname", osType == null ? "" : osType.name())
                .put("receivedbytes", 0)
                .put("sentbytes", 0)
                .put("arch", template.arch);
        json.set("tags", TemplateJson.tags(instance.tags, "UserVm", instance.id, instance.owner));
        return json.put("hasannotations", false);
    }

    private static ObjectNode nic(Instance instance) {
        var nic = Json.object()
                .put(
                        "id",
                        UUID.nameUUIDFromBytes(instance.id.getBytes(StandardCharsets.UTF_8))
                                .toString())
                .put("networkid", instance.zone.networkId())
                .put("networkname", instance.zone.networkName())
                .put("netmask", "255.255.255.0")
                .put("gateway", "10.1.1.1")
                .put("ipaddress", instance.address)
                .put("traffictype", "Guest")
                .put("type", "Isolated")
                .put("isdefault", true)
                .put("macaddress", "02:01:00:d0:00:%02x".formatted(instance.number % 256));
        nic.putArray("secondaryip");
        nic.putArray("extradhcpoption");
        return nic.put("deviceid", "0");
    }
}
