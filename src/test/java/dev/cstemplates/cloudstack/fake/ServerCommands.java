/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Commands about the server itself and the caller. */
final class ServerCommands {

    private final Cloud cloud;
    private final Supplier<List<Command>> commands;

    ServerCommands(Cloud cloud, Supplier<List<Command>> commands) {
        this.cloud = cloud;
        this.commands = commands;
    }

    List<Command> all() {
        return List.of(
                Command.plain("listApis", "name:string", this::apis),
                Command.plain("listCapabilities", "", this::capabilities),
                Command.plain(
                        "listUsers",
                        "id:uuid username:string account:string listall:boolean page:integer pagesize:integer"
                                + " keyword:string",
                        this::users),
                Command.plain(
                        "listAccounts",
                        "id:uuid name:string listall:boolean page:integer pagesize:integer keyword:string",
                        this::accounts),
                Command.plain(
                        "listResourceLimits",
                        "resourcetype:integer resourcetypename:string account:string domainid:uuid page:integer"
                                + " pagesize:integer",
                        this::limits),
                Command.plain(
                        "getApiLimit",
                        "",
                        call -> Json.object()
                                .set(
                                        "apilimit",
                                        Json.object()
                                                .put("account", call.account().name())
                                                .put("apiIssued", 1))),
                Command.plain(
                        "listHosts", "zoneid:uuid type:string page:integer pagesize:integer", call -> Json.object()),
                Command.plain("listImageStores", "zoneid:uuid page:integer pagesize:integer", call -> Json.object()));
    }

    /** A command that the role does not allow looks like an unknown one. */
    private JsonNode apis(Call call) {
        var found = commands.get().stream()
                .filter(command -> call.account().role().mayCall(command.name()))
                .filter(command -> call.text("name").map(command.name()::equals).orElse(true))
                .map(this::api)
                .toList();
        if (found.isEmpty()) {
            throw ApiError.of(530, "Api Discovery plugin was unable to find an api by that name or process any apis");
        }
        return Json.object().put("count", found.size()).set("api", Json.array(found));
    }

    private ObjectNode api(Command command) {
        var api = Json.object()
                .put("name", command.name())
                .put("description", command.name())
                .put("isasync", command.isAsync())
                .put("related", "");
        api.set(
                "params",
                Json.array(command.parameters().stream()
                        .filter(parameter -> parameter.isKnownTo(cloud.settings))
                        .map(parameter -> Json.object()
                                .put("name", parameter.name())
                                .put("description", parameter.name())
                                .put("type", parameter.type())
                                .put("length", 255)
                                .put("required", parameter.required()))
                        .toList()));
        api.set("response", Json.array(List.of()));
        return api;
    }

    private JsonNode capabilities(Call call) {
        var settings = cloud.settings;
        var capability = Json.object()
                .put("securitygroupsenabled", false)
                .put("dynamicrolesenabled", true)
                .put("cloudstackversion", settings.version)
                .put("userpublictemplateenabled", settings.publicUserTemplates)
                .put("supportELB", "false")
                .put("allowuserviewdestroyedvm", call.account().isAdmin())
                .put("allowuserexpungerecovervm", call.account().isAdmin() || settings.userMayExpunge)
                .put("dynamicscalingenabled", false);
        if (settings.throttleMost > 0) {
            capability
                    .put("apiLimitInterval", settings.throttleWindow.toSeconds())
                    .put("apiLimitMax", settings.throttleMost);
        }
        return Json.object().set("capability", capability);
    }

    private JsonNode users(Call call) {
        var account = call.account();
        return Page.of(
                call,
                "user",
                List.of(Json.object()
                        .put("id", account.userId())
                        .put("username", account.name())
                        .put("state", "enabled")
                        .put("account", account.name())
                        .put("accounttype", account.isAdmin() ? 1 : account.isDomainAdmin() ? 2 : 0)
                        .put("roletype", account.role().type())
                        .put("rolename", account.role().name())
                        .put("domainid", account.domain().id())
                        .put("domain", account.domain().name())
                        .put("accountid", account.id())),
                cloud.settings.pageSize);
    }

    private JsonNode accounts(Call call) {
        var account = call.account();
        return Page.of(
                call,
                "account",
                List.of(Json.object()
                        .put("id", account.id())
                        .put("name", account.name())
                        .put("accounttype", account.isAdmin() ? 1 : account.isDomainAdmin() ? 2 : 0)
                        .put("roletype", account.role().type())
                        .put("rolename", account.role().name())
                        .put("domainid", account.domain().id())
                        .put("domain", account.domain().name())
                        .put("domainpath", account.domain().path())
                        .put(
                                "templatelimit",
                                account.isAdmin() ? "Unlimited" : String.valueOf(cloud.settings.mostTemplates))
                        .put("state", "enabled")),
                cloud.settings.pageSize);
    }

    private JsonNode limits(Call call) {
        var account = call.account();
        return Page.of(
                call,
                "resourcelimit",
                List.of(Json.object()
                        .put("account", account.name())
                        .put("domainid", account.domain().id())
                        .put("domain", account.domain().name())
                        .put("domainpath", account.domain().path())
                        .put("resourcetype", "4")
                        .put("resourcetypename", "template")
                        .put("max", account.isAdmin() ? -1 : cloud.settings.mostTemplates)),
                cloud.settings.pageSize);
    }
}
