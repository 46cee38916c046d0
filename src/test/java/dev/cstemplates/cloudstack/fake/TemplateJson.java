/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Templates in responses. */
final class TemplateJson {

    private final Cloud cloud;

    TemplateJson(Cloud cloud) {
        this.cloud = cloud;
    }

    /** One entry of a list: a template in a zone, with the fields that {@code viewer} may see. */
    ObjectNode entry(Template template, ZoneCopy copy, Account viewer) {
        var seesAll = viewer.isAdmin() || template.owner.equals(viewer);
        var json = beginning(template).put("isready", copy.isReady()).put("passwordenabled", template.passwordEnabled);
        middle(json, template);
        json.put("zoneid", copy.zone.id()).put("zonename", copy.zone.name());
        if (seesAll) {
            json.put("status", copy.status());
        }
        copy.stored().ifPresent(stored -> json.put("size", stored.virtualSize()).put("physicalsize", stored.bytes()));
        ending(json, template);
        json.put("isextractable", template.isExtractable);
        checksum(json, template, copy);
        json.set("details", Json.object(template.details));
        json.set("downloaddetails", downloads(copy, viewer.isAdmin()));
        json.put("arch", template.arch)
                .put("bits", 0)
                .put("sshkeyenabled", template.sshKeyEnabled)
                .put("isdynamicallyscalable", template.dynamicallyScalable)
                .put("directdownload", false)
                .put("deployasis", template.deployAsIs)
                .put("forcks", false);
        if (template.hypervisor.equals("VMware")) {
            json.set("childtemplates", Json.array(List.of()));
        }
        json.put("requireshvm", template.requiresHvm);
        if (seesAll && !template.uploaded) {
            json.put("url", template.url);
        }
        userData(json, template);
        json.set("tags", tags(template.tags, "Template", template.id, template.owner));
        return json.put("hasannotations", false);
    }

    /** The result of a copy job: an entry that includes the store's name. */
    ObjectNode copied(Template template, ZoneCopy copy, Account viewer) {
        var json = entry(template, copy, viewer);
        json.set("downloaddetails", downloads(copy, false));
        return json;
    }

    /** The response of updating calls: few fields, never ready. */
    ObjectNode thin(Template template) {
        var json = beginning(template).put("isready", false);
        middle(json, template);
        json.put("bootable", true);
        ending(json, template);
        if (!template.details.isEmpty()) {
            json.set("details", Json.object(template.details));
        }
        json.put("bits", 0).put("isdynamicallyscalable", template.dynamicallyScalable);
        userData(json, template);
        json.set("tags", tags(template.tags, "Template", template.id, template.owner));
        return json;
    }

    private static ObjectNode beginning(Template template) {
        return Json.object()
                .put("id", template.id)
                .put("name", template.name)
                .put("displaytext", template.displayText)
                .put("ispublic", template.isPublic)
                .put("created", Cloud.date(template.created));
    }

    private void middle(ObjectNode json, Template template) {
        var osType = cloud.osTypes.get(template.osTypeId);
        json.put("format", template.format)
                .put("isfeatured", template.isFeatured)
                .put("crossZones", template.crossZones)
                .put("ostypeid", template.osTypeId)
                .put("ostypename", osType == null ? "OVF Configured OS" : osType.name());
        var project = cloud.projects.values().stream()
                .filter(each -> each.owner().equals(template.owner))
                .findFirst();
        project.ifPresentOrElse(
                each -> json.put("projectid", each.id()).put("project", each.name()),
                () -> json.put("account", template.owner.name()));
    }

    private static void ending(ObjectNode json, Template template) {
        if (!template.uploaded) {
            json.put("templatetype", "USER");
        }
        if (!template.templateTag.isEmpty()) {
            json.put("templatetag", template.templateTag);
        }
        json.put("hypervisor", template.hypervisor)
                .put("domain", template.owner.domain().name())
                .put("domainpath", template.owner.domain().path())
                .put("domainid", template.owner.domain().id());
    }

    /** Never listed for uploads; otherwise computed by the server if none was given. */
    private static void checksum(ObjectNode json, Template template, ZoneCopy copy) {
        if (!template.uploaded && !template.checksum.isEmpty()) {
            json.put("checksum", Checksum.parse(template.checksum).value());
        } else if (!template.uploaded) {
            copy.stored().ifPresent(stored -> json.put("checksum", stored.checksum()));
        }
    }

    private void userData(ObjectNode json, Template template) {
        var linked = cloud.userData.get(template.userDataId);
        if (linked != null) {
            json.put("userdataid", linked.id())
                    .put("userdataname", linked.name())
                    .put("userdatapolicy", template.userDataPolicy.toUpperCase(Locale.ROOT));
        }
    }

    private static ArrayNode downloads(ZoneCopy copy, boolean isAdmin) {
        if (copy.state().isEmpty()) {
            return Json.array(List.of());
        }
        var json = Json.object().put("downloadState", copy.state()).put("datastore", copy.zone.storeName());
        if (isAdmin) {
            json.put("datastoreRole", "Image");
        }
        json.put("downloadPercent", String.valueOf(copy.percent()));
        if (isAdmin) {
            json.put("datastoreId", copy.zone.storeId());
        }
        return Json.array(List.of(json));
    }

    static JsonNode tags(Map<String, String> tags, String type, String id, Account owner) {
        return Json.array(
                tags.entrySet().stream().map(tag -> tag(tag, type, id, owner)).toList());
    }

    static ObjectNode tag(Map.Entry<String, String> tag, String type, String id, Account owner) {
        return Json.object()
                .put("key", tag.getKey())
                .put("value", tag.getValue())
                .put("resourcetype", type)
                .put("resourceid", id)
                .put("account", owner.name())
                .put("domainid", owner.domain().id())
                .put("domain", owner.domain().name())
                .put("domainpath", owner.domain().path());
    }
}
