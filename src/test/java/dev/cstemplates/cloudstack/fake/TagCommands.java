/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Tags of templates and instances. */
final class TagCommands {

    /** The resource that the tags belong to. */
    private record Tagged(String id, Account owner, Map<String, String> tags) {}

    private final Cloud cloud;

    TagCommands(Cloud cloud) {
        this.cloud = cloud;
    }

    List<Command> all() {
        return List.of(
                Command.job(
                        "createTags",
                        "user.tag.CreateTagsCmd",
                        "resourceids:list! resourcetype:string! tags:map! customer:string",
                        call -> () -> create(call)),
                Command.job(
                        "deleteTags",
                        "user.tag.DeleteTagsCmd",
                        "resourceids:list! resourcetype:string! tags:map",
                        call -> () -> delete(call)),
                Command.plain(
                        "listTags",
                        "resourcetype:string resourceid:string key:string value:string page:integer pagesize:integer"
                                + " keyword:string listall:boolean",
                        this::list));
    }

    private JsonNode create(Call call) {
        for (var id : call.list("resourceids")) {
            var tagged = find(call.required("resourcetype"), id, call.account());
            for (var tag : call.pairs("tags").entrySet()) {
                if (tagged.tags().putIfAbsent(tag.getKey(), tag.getValue()) != null) {
                    throw ApiError.internal("tag %s already on %s with id %s"
                            .formatted(tag.getKey(), call.required("resourcetype"), id));
                }
            }
        }
        return Json.success();
    }

    /** Without tags, removes all. Fails if not one of the tags exists (recorded on 4.23). */
    private JsonNode delete(Call call) {
        var wanted = call.pairs("tags");
        var removed = 0;
        for (var id : call.list("resourceids")) {
            var tags = find(call.required("resourcetype"), id, call.account()).tags();
            var before = tags.size();
            if (wanted.isEmpty()) {
                tags.clear();
            }
            wanted.forEach((key, value) -> {
                if (value.isEmpty() || value.equals(tags.get(key))) {
                    tags.remove(key);
                }
            });
            removed += before - tags.size();
        }
        if (removed == 0) {
            throw ApiError.internal("Failed to delete tags");
        }
        return Json.success();
    }

    private Tagged find(String type, String id, Account caller) {
        var found = switch (type.toLowerCase(Locale.ROOT)) {
            case "template" -> template(id);
            case "uservm" -> instance(id);
            default -> throw ApiError.of(431, "Invalid resource type " + type);
        };
        var isMember = cloud.projects.values().stream()
                .anyMatch(project -> project.owner().equals(found.owner())
                        && project.members().contains(caller));
        if (!caller.mayOperateFor(found.owner()) && !isMember) {
            throw ApiError.notPermitted("Caller does not have permission to operate with provided resource.");
        }
        return found;
    }

    private Tagged template(String id) {
        var template = cloud.templates.get(id);
        if (template == null || template.removed) {
            throw ApiError.of(431, "Unable to find resource by uuid %s and type Template".formatted(id));
        }
        return new Tagged(id, template.owner, template.tags);
    }

    private Tagged instance(String id) {
        var instance = cloud.instances.get(id);
        if (instance == null) {
            throw ApiError.of(431, "Unable to find resource by uuid %s and type UserVm".formatted(id));
        }
        return new Tagged(id, instance.owner, instance.tags);
    }

    private JsonNode list(Call call) {
        var found = new ArrayList<JsonNode>();
        var type = call.text("resourcetype").orElse("Template");
        var all = type.equalsIgnoreCase("UserVm")
                ? cloud.instances.values().stream().map(instance -> instance(instance.id))
                : cloud.living().stream().map(template -> template(template.id));
        all.filter(tagged -> call.account().isAdmin() || tagged.owner().equals(call.account()))
                .filter(tagged ->
                        call.text("resourceid").map(tagged.id()::equals).orElse(true))
                .forEach(tagged -> tagged.tags().entrySet().stream()
                        .filter(tag ->
                                call.text("key").map(tag.getKey()::equals).orElse(true))
                        .filter(tag ->
                                call.text("value").map(tag.getValue()::equals).orElse(true))
                        .map(tag -> TemplateJson.tag(tag, type, tagged.id(), tagged.owner()))
                        .forEach(found::add));
        return Page.of(call, "tag", found, cloud.settings.pageSize);
    }
}
