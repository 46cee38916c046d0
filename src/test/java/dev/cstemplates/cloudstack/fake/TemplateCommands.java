/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import dev.cstemplates.cloudstack.fake.ZoneCopy.Outcome;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Commands that change a registered template. */
final class TemplateCommands {

    private static final String USER = "user.template.";

    private final Cloud cloud;
    private final TemplateJson json;

    TemplateCommands(Cloud cloud) {
        this.cloud = cloud;
        this.json = new TemplateJson(cloud);
    }

    List<Command> all() {
        return List.of(
                Command.plain(
                        "updateTemplate",
                        "id:uuid! name:string displaytext:string ostypeid:uuid passwordenabled:boolean"
                                + " sshkeyenabled:boolean requireshvm:boolean isdynamicallyscalable:boolean details:map"
                                + " cleanupdetails:boolean sortkey:integer arch:string@4.20 templatetype:string"
                                + " templatetag:string@4.20 format:string bootable:boolean isrouting:boolean"
                                + " forceupdateostype:boolean@4.21 forcks:boolean@4.21",
                        this::update),
                Command.plain(
                        "updateTemplatePermissions",
                        "id:uuid! op:string accounts:list projectids:list ispublic:boolean isfeatured:boolean"
                                + " isextractable:boolean",
                        this::updatePermissions),
                Command.plain("listTemplatePermissions", "id:uuid!", this::permissions),
                Command.job(
                        "copyTemplate",
                        USER + "CopyTemplateCmd",
                        "id:uuid! sourcezoneid:uuid destzoneid:uuid destzoneids:list",
                        this::copy),
                Command.job(
                        "deleteTemplate",
                        USER + "DeleteTemplateCmd",
                        "id:uuid! zoneid:uuid forced:boolean issystem:boolean@4.20",
                        this::delete),
                Command.plain("prepareTemplate", "templateid:uuid! zoneid:uuid! storageid:uuid", call -> {
                    cloud.zone(call, "zoneid");
                    cloud.template(call, "templateid");
                    return Json.object();
                }),
                Command.plain(
                        "linkUserDataToTemplate",
                        "templateid:uuid isoid:uuid userdataid:uuid userdatapolicy:string",
                        this::linkUserData));
    }

    private JsonNode update(Call call) {
        var template = changeable(call, "id");
        if (!call.account().isAdmin()
                && call.text("templatetype").filter("SYSTEM"::equals).isPresent()) {
            throw ApiError.invalid("System and Builtin templates must be cross zone.");
        }
        call.text("format").ifPresent(format -> {
            if (!Set.of("QCOW2", "RAW", "VHD", "OVA", "VHDX", "VMDK").contains(format)) {
                throw ApiError.invalid(
                        "Image format: %s is incorrect. Supported formats are [QCOW2, RAW, VHD, ISO, OVA, VHDX, BAREMETAL, EXTERNAL, VMDK, VDI, TAR, ZIP, DIR, ]"
                                .formatted(format));
            }
        });
        var details = call.details("details");
        var bootMode = details.getOrDefault("UEFI", "SECURE");
        if (!Set.of("LEGACY", "SECURE").contains(bootMode)) {
            throw ApiError.invalid(
                    "Invalid bootmode: %s specified. Valid values are: [LEGACY, SECURE]".formatted(bootMode));
        }
        call.text("name").ifPresent(name -> template.name = name);
        call.text("displaytext").ifPresent(text -> template.displayText = text);
        call.text("ostypeid").ifPresent(id -> template.osTypeId = id);
        call.text("arch").ifPresent(arch -> template.arch = arch);
        call.integer("sortkey").ifPresent(key -> template.sortKey = key);
        template.passwordEnabled = call.flag("passwordenabled", template.passwordEnabled);
        template.sshKeyEnabled = call.flag("sshkeyenabled", template.sshKeyEnabled);
        template.dynamicallyScalable = call.flag("isdynamicallyscalable", template.dynamicallyScalable);
        if (call.flag("cleanupdetails") || !details.isEmpty()) {
            template.details.clear();
            template.details.putAll(details);
        }
        return Json.object().set("template", json.thin(template));
    }

    /** The template, if it exists and belongs to the caller; a domain admin changes no user's template. */
    private Template changeable(Call call, String parameter) {
        var template = cloud.template(call, parameter);
        if (template.removed) {
            throw ApiError.invalid("unable to find template/iso with specified id");
        }
        if (!mayChange(call.account(), template)) {
            throw foreign();
        }
        return template;
    }

    private boolean mayChange(Account caller, Template template) {
        return template.owner.equals(caller)
                || caller.isAdmin()
                || cloud.projects.values().stream()
                        .anyMatch(project -> project.owner().equals(template.owner)
                                && project.members().contains(caller));
    }

    private ApiError foreign() {
        return ApiError.notPermitted(
                cloud.settings.worded("Domain Admin and regular users can modify only their own Public templates"));
    }

    private JsonNode updatePermissions(Call call) {
        var template = changeable(call, "id");
        if (call.flag("ispublic")
                && call.account().role().type().equals("User")
                && !cloud.settings.publicUserTemplates) {
            throw ApiError.invalid("Only private templates can be created.");
        }
        if (!call.list("accounts").isEmpty() && !call.list("projectids").isEmpty()) {
            throw ApiError.invalid("Accounts and projectIds can't be specified together");
        }
        call.text("op").ifPresent(operation -> share(template, operation, call));
        // Launch permissions stay when a template is no longer public: only the operation reset removes them.
        template.isPublic = call.flag("ispublic", template.isPublic);
        // An owner of any role features its template (recorded on 4.23).
        template.isFeatured = call.flag("isfeatured", template.isFeatured);
        template.isExtractable = call.flag("isextractable", template.isExtractable);
        return Json.success();
    }

    private void share(Template template, String operation, Call call) {
        if (!Set.of("add", "remove", "reset").contains(operation)) {
            throw ApiError.invalid(
                    "Invalid operation on accounts, the operation must be either 'add' or 'remove' in order to modify launch permissions.  Given operation is: '%s'"
                            .formatted(operation));
        }
        var projects = call.list("projectids").stream().map(cloud.projects::get).toList();
        if (!operation.equals("reset") && call.list("accounts").isEmpty() && projects.isEmpty()) {
            throw ApiError.invalid(cloud.settings.worded(
                    "Operation %s requires accounts or projectIds to be passed in".formatted(operation)));
        }
        var accounts = Stream.concat(
                        call.list("accounts").stream().map(name -> account(template.owner, name)),
                        projects.stream().map(project -> inDomain(template.owner, project)))
                .toList();
        switch (operation) {
            case "add" -> {
                accounts.stream().filter(each -> !isProject(each)).forEach(template.sharedWith::add);
                template.sharedWithProjects.addAll(projects);
            }
            case "remove" -> {
                accounts.forEach(template.sharedWith::remove);
                projects.forEach(template.sharedWithProjects::remove);
            }
            default -> {
                template.sharedWith.clear();
                template.sharedWithProjects.clear();
                template.isPublic = false;
                template.isFeatured = false;
            }
        }
    }

    /** Accounts outside of the owner's domain are not found, for root admins too (recorded on 4.23). */
    private Account account(Account owner, String name) {
        return cloud.accounts.values().stream()
                .filter(each -> each.name().equals(name) && each.domain().equals(owner.domain()))
                .findFirst()
                .orElseThrow(() -> notGranted(owner, name));
    }

    private Account inDomain(Account owner, Project project) {
        if (!project.owner().domain().equals(owner.domain())) {
            throw notGranted(owner, project.owner().name());
        }
        return project.owner();
    }

    private boolean isProject(Account account) {
        return account.apiKey().isEmpty();
    }

    private ApiError notGranted(Account owner, String name) {
        return ApiError.invalid(cloud.settings
                .worded("Unable to grant a launch permission to account %s in domain id=%s, account not found.  No"
                        + " permissions updated, please verify the account names and retry.")
                .formatted(name, owner.domain().id()));
    }

    private JsonNode permissions(Call call) {
        var template = cloud.template(call, "id");
        var shown = Json.object().put("id", template.id).put("ispublic", template.isPublic);
        if (call.account().isAdmin()) {
            shown.put("domainid", template.owner.domain().id());
        }
        if (mayChange(call.account(), template)) {
            var accounts = shown.putArray("account");
            template.shares().forEach(accounts::add);
            if (!template.isPublic) {
                accounts.add(template.owner.name());
            }
            var projects = shown.putArray("projectids");
            template.projectShares().forEach(projects::add);
        }
        return Json.object().set("templatepermission", shown);
    }

    private Command.Work copy(Call call) {
        var template = cloud.template(call, "id");
        call.text("destzoneid").ifPresent(id -> cloud.zone(call, "destzoneid"));
        return () -> {
            if (!template.owner.equals(call.account()) && !call.account().isAdmin()) {
                throw ApiError.notPermitted(call.account().named()
                        + " does not have permission to launch instances from template " + template.named());
            }
            var targets = call.text("destzoneid").map(List::of).orElseGet(() -> call.list("destzoneids"));
            if (targets.isEmpty()) {
                throw ApiError.of(431, "Either destzoneid or destzoneids parameters have to be specified.");
            }
            var from = call.text("sourcezoneid").orElse("");
            if (targets.contains(from)) {
                throw ApiError.of(431, "Please specify different source and destination zones.");
            }
            var source = template.copies.get(from);
            if (source == null || !source.isReady()) {
                throw ApiError.of(431, "There is no template " + template.named() + " ready on image store.");
            }
            for (var id : targets) {
                var target = cloud.zone(call, "destzoneids", id);
                if (!cloud.settings.hasStorage(target)) {
                    throw ApiError.of(534, "Destination zone is not ready, no image store associated");
                }
                copy(template, source, target);
            }
            var last = Objects.requireNonNull(template.copies.get(targets.getLast()));
            return Json.object().set("template", json.copied(template, last, call.account()));
        };
    }

    /** The job does not report whether the target zone received the file. */
    private void copy(Template template, ZoneCopy source, Zone target) {
        var there = template.copies.get(target.id());
        if (there != null && there.isReady()) {
            return;
        }
        template.copies.put(
                target.id(),
                ZoneCopy.settled(
                        target,
                        cloud.faults.copyFails(target.id())
                                ? Outcome.error(0, "HTTP Server returned 404 (expected 200 OK)")
                                : Outcome.ready(source.stored().orElseThrow(), 100)));
    }

    private Command.Work delete(Call call) {
        var template = cloud.template(call, "id");
        if (template.removed) {
            throw ApiError.invalid(
                    "Unable to find UUID for id [%d] of type [VirtualMachineTemplate]".formatted(template.number));
        }
        call.text("zoneid").ifPresent(id -> cloud.zone(call, "zoneid"));
        return () -> {
            if (!mayChange(call.account(), template)) {
                throw foreign();
            }
            if (template.copies.values().stream().anyMatch(ZoneCopy::isUnderWay)) {
                throw ApiError.internal("Please specify a template that is not currently being downloaded.");
            }
            var users = cloud.usersOf(template);
            // The parameter's default was true before 4.19.
            if (!call.flag("forced", !cloud.settings.isAtLeast("4.19")) && !users.isEmpty()) {
                if (cloud.settings.countsUsers()) {
                    throw ApiError.of(
                            431,
                            "Unable to delete template [%s] because there are [%d] VM instances using it."
                                    .formatted(template.named(), users.size()));
                }
                throw ApiError.of(
                        431,
                        "Unable to delete template: %s because VM instances: [%s] are using it."
                                .formatted(
                                        template.named(),
                                        users.stream().map(Instance::named).collect(Collectors.joining(", "))));
            }
            if (template.copies.values().stream()
                    .filter(copy ->
                            call.text("zoneid").map(copy.zone().id()::equals).orElse(true))
                    .anyMatch(ZoneCopy::isCutByRestart)) {
                throw ApiError.internal("Failed to update state");
            }
            call.text("zoneid").ifPresentOrElse(template.copies::remove, template.copies::clear);
            template.removed = template.copies.isEmpty();
            return Json.success();
        };
    }

    private JsonNode linkUserData(Call call) {
        if (call.text("templateid").isEmpty()) {
            throw ApiError.internal(
                    "Failed to link userdata to template, due to: Atleast one of template ID or ISO ID needs to be"
                            + " passed");
        }
        var template = changeable(call, "templateid");
        var policy = call.text("userdatapolicy").orElse("ALLOWOVERRIDE");
        if (!Set.of("ALLOWOVERRIDE", "APPEND", "DENYOVERRIDE").contains(policy)) {
            throw ApiError.internal("Failed to link userdata to template, due to: No enum constant"
                    + " com.cloud.user.UserData.UserDataOverridePolicy."
                    + policy);
        }
        template.userDataId = call.text("userdataid").orElse("");
        if (!template.userDataId.isEmpty() && !cloud.userData.containsKey(template.userDataId)) {
            throw call.unknownId("userdataid");
        }
        template.userDataPolicy = policy;
        return Json.object().set("template", json.thin(template));
    }
}
