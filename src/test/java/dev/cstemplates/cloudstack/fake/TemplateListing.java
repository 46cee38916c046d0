/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** {@code listTemplates}: the templates that an account can see, and their states. */
final class TemplateListing {

    private static final Set<String> FILTERS = Set.of(
            "all", "featured", "self", "selfexecutable", "sharedexecutable", "executable", "community", "shared");

    private final Cloud cloud;
    private final TemplateJson json;

    TemplateListing(Cloud cloud) {
        this.cloud = cloud;
        this.json = new TemplateJson(cloud);
    }

    Command command() {
        return Command.plain(
                "listTemplates",
                "templatefilter:string! id:uuid ids:list name:string keyword:string zoneid:uuid hypervisor:string"
                        + " arch:string@4.20 isready:boolean@4.21 showremoved:boolean showunique:boolean details:list"
                        + " tags:map page:integer pagesize:integer listall:boolean account:string domainid:uuid"
                        + " projectid:uuid templatetype:string@4.19 imagestoreid:uuid@4.19 storageid:uuid@4.19"
                        + " isrecursive:boolean oscategoryid:uuid@4.21 forcks:boolean@4.21 isvnf:boolean@4.19"
                        + " extensionid:uuid@4.21",
                this::list);
    }

    private JsonNode list(Call call) {
        var filter = call.required("templatefilter");
        if (!FILTERS.contains(filter)) {
            throw ApiError.of(
                    431, "No enum constant com.cloud.template.VirtualMachineTemplate.TemplateFilter." + filter);
        }
        if (filter.equals("all") && !call.account().isAdmin() && !call.account().isDomainAdmin()) {
            throw ApiError.invalid("Filter all can be specified by admin only");
        }
        var found = new ArrayList<JsonNode>();
        templates(call, filter)
                .filter(template -> matches(template, call))
                .sorted(Comparator.comparingInt((Template template) -> template.sortKey)
                        .thenComparingLong(template -> template.number))
                .forEach(template -> found.addAll(entries(template, call)));
        return Page.of(call, "template", found, cloud.settings.pageSize);
    }

    private Stream<Template> templates(Call call, String filter) {
        if (call.text("id").isPresent()) {
            var template = cloud.template(call, "id");
            if (!mayUse(template, call.account())) {
                throw ApiError.notPermitted(call.account().named()
                        + " does not have permission to launch instances from template " + template.named());
            }
            return Stream.of(template);
        }
        var owner = cloud.owner(call);
        return cloud.templates.values().stream()
                .filter(template -> passes(template, filter, owner))
                .filter(template -> !filter.equals("all") || mayUse(template, call.account()));
    }

    private static boolean passes(Template template, String filter, Account viewer) {
        return switch (filter) {
            case "self", "selfexecutable" -> template.owner.equals(viewer);
            case "featured" -> template.isPublic && template.isFeatured;
            case "community" -> template.isPublic && !template.isFeatured;
            case "shared", "sharedexecutable" -> template.isSharedWith(viewer);
            case "executable" -> mayUse(template, viewer);
            default -> true;
        };
    }

    private static boolean mayUse(Template template, Account viewer) {
        return viewer.mayOperateFor(template.owner) || template.isPublic || template.isSharedWith(viewer);
    }

    private boolean matches(Template template, Call call) {
        return (!template.removed || call.flag("showremoved"))
                && cloud.hasHost(template.hypervisor)
                && (call.list("ids").isEmpty() || call.list("ids").contains(template.id))
                && call.text("name").map(template.name::equals).orElse(true)
                && call.text("keyword").map(word -> isLike(template, word)).orElse(true)
                && call.text("hypervisor")
                        .map(template.hypervisor::equalsIgnoreCase)
                        .orElse(true)
                && call.text("arch").map(template.arch::equals).orElse(true)
                && hasAnyOf(template.tags, call.pairs("tags"));
    }

    private static boolean isLike(Template template, String word) {
        return (template.name + "\n" + template.displayText)
                .toLowerCase(Locale.ROOT)
                .contains(word.toLowerCase(Locale.ROOT));
    }

    /** Several tags are alternatives: one match is enough. */
    static boolean hasAnyOf(Map<String, String> tags, Map<String, String> wanted) {
        return wanted.isEmpty()
                || wanted.entrySet().stream().anyMatch(tag -> tag.getValue().equals(tags.get(tag.getKey())));
    }

    private List<JsonNode> entries(Template template, Call call) {
        var copies = template.copies.values().stream()
                .filter(copy -> call.text("zoneid").map(copy.zone.id()::equals).orElse(true))
                .toList();
        copies.forEach(ZoneCopy::advance);
        cloud.cleanUp();
        if (template.removed && !call.flag("showremoved")) {
            return List.of();
        }
        return copies.stream()
                // isready=false filters nothing: recorded on 4.23.
                .filter(copy -> !call.flag("isready") || copy.isReady())
                .<JsonNode>map(copy -> json.entry(template, copy, call.account()))
                .limit(call.flag("showunique") ? 1 : Long.MAX_VALUE)
                .toList();
    }
}
