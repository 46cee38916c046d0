/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists zones, hypervisors, OS types, offerings and networks. */
final class PlaceCommands {

    private static final List<String> ALL_HYPERVISORS =
            List.of("KVM", "VMware", "XenServer", "Hyperv", "BareMetal", "Ovm", "LXC", "Ovm3", "External");
    private static final String PAGED = " keyword:string page:integer pagesize:integer listall:boolean";

    private final Cloud cloud;

    PlaceCommands(Cloud cloud) {
        this.cloud = cloud;
    }

    List<Command> all() {
        return List.of(
                Command.plain(
                        "listZones",
                        "id:uuid ids:list name:string available:boolean domainid:uuid" + PAGED,
                        this::zones),
                Command.plain("listHypervisors", "zoneid:uuid", this::hypervisors),
                Command.plain("listOsTypes", "id:uuid oscategoryid:uuid description:string" + PAGED, this::osTypes),
                Command.plain("listServiceOfferings", "id:uuid name:string zoneid:uuid" + PAGED, this::offerings),
                Command.plain("listDiskOfferings", "id:uuid name:string zoneid:uuid" + PAGED, call -> Json.object()),
                Command.plain("listSystemVms", "zoneid:uuid systemvmtype:string" + PAGED, this::systemVms),
                Command.plain(
                        "listNetworks",
                        "id:uuid name:string zoneid:uuid type:string state:string canusefordeploy:boolean" + PAGED,
                        this::networks));
    }

    private JsonNode page(Call call, String key, Stream<ObjectNode> found) {
        return Page.of(call, key, found.toList(), cloud.settings.pageSize);
    }

    private JsonNode zones(Call call) {
        call.text("id").ifPresent(id -> cloud.zone(call, "id"));
        return page(
                call,
                "zone",
                cloud.zones.values().stream()
                        .filter(is(call, "id", Zone::id).and(is(call, "name", Zone::name)))
                        .filter(zone ->
                                call.list("ids").isEmpty() || call.list("ids").contains(zone.id()))
                        .filter(zone -> isLike(call, "keyword", zone.name()))
                        .map(zone -> zone(zone, call.account(), cloud.settings.edgeZones.contains(zone.name()))));
    }

    private static ObjectNode zone(Zone zone, Account viewer, boolean isEdge) {
        var json = Json.object().put("id", zone.id()).put("name", zone.name());
        if (viewer.isAdmin()) {
            json.put("dns1", "10.147.28.6").put("internaldns1", "10.147.28.6").put("guestcidraddress", "10.1.1.0/24");
        }
        return json.put("networktype", "Advanced")
                .put("securitygroupsenabled", false)
                .put("allocationstate", "Enabled")
                .put("localstorageenabled", false)
                .put("type", isEdge ? "Edge" : "Core")
                .put("hasannotations", false);
    }

    private JsonNode hypervisors(Call call) {
        var names = call.text("zoneid").isPresent()
                ? List.copyOf(new TreeSet<>(cloud.zone(call, "zoneid").hypervisors()))
                : ALL_HYPERVISORS;
        var found = names.stream().map(name -> Json.object().put("name", name)).toList();
        return found.isEmpty()
                ? Json.object()
                : Json.object().put("count", found.size()).set("hypervisor", Json.array(found));
    }

    private JsonNode osTypes(Call call) {
        return page(
                call,
                "ostype",
                cloud.osTypes.values().stream()
                        .filter(is(call, "id", OsType::id))
                        .filter(type -> isLike(call, "description", type.name()))
                        .filter(type -> isLike(call, "keyword", type.name()))
                        .map(OsType::json));
    }

    private JsonNode offerings(Call call) {
        return page(
                call,
                "serviceoffering",
                cloud.offerings.values().stream()
                        .filter(is(call, "id", Cloud.Offering::id).and(is(call, "name", Cloud.Offering::name)))
                        .map(PlaceCommands::offering));
    }

    private static ObjectNode offering(Cloud.Offering offering) {
        return Json.object()
                .put("id", offering.id())
                .put("name", offering.name())
                .put("state", "Active")
                .put("displaytext", offering.name())
                .put("cpunumber", offering.cpus())
                .put("cpuspeed", offering.megahertz())
                .put("memory", offering.megabytes())
                .put("storagetype", "shared")
                .put("provisioningtype", "thin")
                .put("offerha", false)
                .put("issystem", false)
                .put("iscustomized", false)
                .put("rootdisksize", 0)
                .put("dynamicscalingenabled", true)
                .put("hasannotations", false);
    }

    /** Only secondary storage VMs; the agent of one that is away is disconnected. */
    private JsonNode systemVms(Call call) {
        return page(
                call,
                "systemvm",
                cloud.zones.values().stream()
                        .filter(is(call, "zoneid", Zone::id))
                        .filter(cloud.settings::hasStorage)
                        .map(zone -> {
                            var isAway = cloud.settings.storageVmsAway.contains(zone.name());
                            return Json.object()
                                    .put("id", zone.storeId())
                                    .put("systemvmtype", "secondarystoragevm")
                                    .put("zoneid", zone.id())
                                    .put("name", "s-" + zone.number() + "-VM")
                                    .put("state", isAway ? "Stopped" : "Running")
                                    .put("agentstate", isAway ? "Disconnected" : "Up");
                        }));
    }

    /** Root administrators see all accounts' networks, also without {@code listall}. */
    private JsonNode networks(Call call) {
        var added = cloud.networks.stream()
                .filter(network -> network.owner() == null
                        || network.owner().equals(call.account())
                        || call.account().isAdmin())
                .filter(is(call, "id", Cloud.GuestNetwork::id)
                        .and(is(call, "zoneid", network -> network.zone().id()))
                        .and(is(call, "name", Cloud.GuestNetwork::name)))
                .map(PlaceCommands::network);
        var own = cloud.zones.values().stream()
                .filter(is(call, "id", Zone::networkId).and(is(call, "zoneid", Zone::id)))
                .filter(is(call, "name", Zone::networkName))
                .map(PlaceCommands::network);
        return page(call, "network", Stream.concat(added, own));
    }

    private static ObjectNode network(Cloud.GuestNetwork network) {
        var json = network(network.zone())
                .put("id", network.id())
                .put("name", network.name())
                .put("displaytext", network.name())
                .put("type", network.type());
        var owner = network.owner();
        if (owner == null) {
            json.remove("account");
            return json;
        }
        return json.put("account", owner.name());
    }

    private static ObjectNode network(Zone zone) {
        return Json.object()
                .put("id", zone.networkId())
                .put("name", zone.networkName())
                .put("displaytext", zone.networkName())
                .put("broadcastdomaintype", "Vlan")
                .put("traffictype", "Guest")
                .put("gateway", "10.1.1.1")
                .put("netmask", "255.255.255.0")
                .put("cidr", "10.1.1.0/24")
                .put("zoneid", zone.id())
                .put("zonename", zone.name())
                .put("issystem", false)
                .put("state", "Implemented")
                .put("type", "Isolated")
                .put("acltype", "Account")
                .put("account", "admin")
                .put("domainid", Domain.ROOT.id())
                .put("domain", "ROOT")
                .put("canusefordeploy", true)
                .put("hasannotations", false);
    }

    private static <T> Predicate<T> is(Call call, String parameter, Function<T, String> field) {
        return item -> call.text(parameter).map(field.apply(item)::equals).orElse(true);
    }

    private static boolean isLike(Call call, String parameter, String value) {
        return call.text(parameter)
                .map(word -> value.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT)))
                .orElse(true);
    }
}
