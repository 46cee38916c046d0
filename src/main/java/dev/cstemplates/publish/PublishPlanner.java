/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.catalog.CloudStackGuests;
import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.NewTemplate;
import dev.cstemplates.cloudstack.OsType;
import dev.cstemplates.cloudstack.Zone;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Determines zones, guest-OS types and details before a publication. */
final class PublishPlanner {

    private final CloudStack cloud;
    private final Consumer<String> notice;

    PublishPlanner(CloudStack cloud, Consumer<String> notice) {
        this.cloud = cloud;
        this.notice = notice;
    }

    /** The zones with these names or ids; all enabled zones for an empty list. */
    List<Zone> zones(List<String> wanted) {
        var all = cloud.cloud().zones();
        if (wanted.isEmpty()) {
            return withoutEdge(all.stream().filter(Zone::isEnabled).toList());
        }
        var zones = new ArrayList<Zone>();
        for (var name : wanted) {
            zones.add(all.stream()
                    .filter(zone -> zone.name().equals(name) || zone.id().equals(name))
                    .findFirst()
                    .orElseThrow(() -> Failure.usage(
                            "No zone '" + name + "'",
                            "Existing zones: "
                                    + String.join(
                                            ", ", all.stream().map(Zone::name).toList()) + ".")));
        }
        return withoutEdge(zones);
    }

    /** One zone without storage would make the server refuse the registration in all of them. */
    private List<Zone> withoutEdge(List<Zone> zones) {
        zones.stream()
                .filter(Zone::isEdge)
                .forEach(zone -> notice.accept(
                        "zone %s is an Edge zone: it has no secondary storage for templates".formatted(zone.name())));
        return zones.stream().filter(zone -> !zone.isEdge()).toList();
    }

    /** The zones with a host of the disk's hypervisor: elsewhere the template would not be listed. */
    List<Zone> zonesFor(TemplateDisk disk, List<Zone> zones) {
        var fit = zones.stream()
                .filter(zone ->
                        cloud.cloud().hypervisors(zone.id()).stream().anyMatch(disk.hypervisor()::equalsIgnoreCase))
                .toList();
        zones.stream()
                .filter(zone -> !fit.contains(zone))
                .forEach(zone -> notice.accept("zone %s has no %s host: %s is not published there"
                        .formatted(zone.name(), disk.hypervisor(), disk.candidateName())));
        return fit;
    }

    /** The server's version, on which template details depend. */
    Version version() {
        var version = cloud.capabilities().version();
        return Version.in(version)
                .orElseThrow(() -> Failure.remote(
                        "Unexpected server version '" + version + "'",
                        "Check that the profile's endpoint is a CloudStack API.",
                        false));
    }

    /**
     * The template to create for a disk.
     *
     * @param details take precedence over the metadata's
     */
    NewTemplate template(TemplateDisk disk, TemplateMetadata metadata, Map<String, String> details, List<Zone> zones) {
        var guest = guest(disk, metadata);
        var all = new TreeMap<>(guest.details());
        all.putAll(details);
        return new NewTemplate(
                disk.candidateName(),
                disk.displayText(),
                disk.format(),
                disk.hypervisor(),
                disk.manifest().architecture(),
                guest.type().id(),
                zones.stream().map(Zone::id).toList(),
                all,
                metadata.isPasswordEnabled(),
                true,
                true,
                false);
    }

    private record GuestOs(OsType type, Map<String, String> details) {}

    private GuestOs guest(TemplateDisk disk, TemplateMetadata metadata) {
        var names = metadata.choices().stream()
                .map(CloudStackGuests.GuestOsChoice::osName)
                .toList();
        for (var choice : metadata.choices()) {
            var types = cloud.cloud().osTypes(choice.osName());
            if (!types.isEmpty()) {
                if (!choice.osName().equals(names.getFirst())) {
                    notice.accept("this CloudStack has no guest OS '%s': %s is registered as '%s'"
                            .formatted(names.getFirst(), disk.candidateName(), choice.osName()));
                }
                return new GuestOs(types.getFirst(), choice.details());
            }
        }
        throw Failure.remote(
                "This CloudStack has none of the guest OSes " + names,
                "Add an existing name to the definition's cloudstack.guestOs, or ask an administrator to add one with"
                        + " addGuestOs.",
                false);
    }
}
