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

/** What is found out about a cloud before something is published there. */
final class PublishPlanner {

    private final CloudStack cloud;
    private final Consumer<String> notice;

    PublishPlanner(CloudStack cloud, Consumer<String> notice) {
        this.cloud = cloud;
        this.notice = notice;
    }

    /** The zones of these names or ids; all that are enabled for an empty list. */
    List<Zone> zones(List<String> wanted) {
        var all = cloud.cloud().zones();
        if (wanted.isEmpty()) {
            return all.stream().filter(Zone::isEnabled).toList();
        }
        var zones = new ArrayList<Zone>();
        for (var name : wanted) {
            zones.add(all.stream()
                    .filter(zone -> zone.name().equals(name) || zone.id().equals(name))
                    .findFirst()
                    .orElseThrow(() -> Failure.usage(
                            "There is no zone '" + name + "'",
                            "There are: "
                                    + String.join(
                                            ", ", all.stream().map(Zone::name).toList()) + ".")));
        }
        return zones;
    }

    /** Those zones that have a host of the disk's hypervisor: a template for another one would be listed nowhere. */
    List<Zone> zonesFor(TemplateDisk disk, List<Zone> zones) {
        var fit = zones.stream()
                .filter(zone ->
                        cloud.cloud().hypervisors(zone.id()).stream().anyMatch(disk.hypervisor()::equalsIgnoreCase))
                .toList();
        zones.stream()
                .filter(zone -> !fit.contains(zone))
                .forEach(zone -> notice.accept("zone %s has no host of %s: %s is not published there"
                        .formatted(zone.name(), disk.hypervisor(), disk.candidateName())));
        return fit;
    }

    /** The server's version, on which it depends what it has to be told. */
    Version version() {
        var version = cloud.capabilities().version();
        return Version.in(version)
                .orElseThrow(() -> Failure.remote(
                        "The server says that its version is '" + version + "'",
                        "Is the profile's endpoint that of a CloudStack?",
                        false));
    }

    /**
     * What to tell CloudStack about a disk.
     *
     * @param details go before those that the metadata gives
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

    private record Guest(OsType type, Map<String, String> details) {}

    private Guest guest(TemplateDisk disk, TemplateMetadata metadata) {
        var names = metadata.choices().stream()
                .map(CloudStackGuests.GuestOsChoice::osName)
                .toList();
        for (var choice : metadata.choices()) {
            var types = cloud.cloud().osTypes(choice.osName());
            if (!types.isEmpty()) {
                if (!choice.osName().equals(names.getFirst())) {
                    notice.accept("this CloudStack does not know '%s': %s is registered as '%s'"
                            .formatted(names.getFirst(), disk.candidateName(), choice.osName()));
                }
                return new Guest(types.getFirst(), choice.details());
            }
        }
        throw Failure.remote(
                "This CloudStack knows none of the guest-OS names " + names,
                "Add one to the definition's cloudstack.guestOs, or have an administrator add it with addGuestOs.",
                false);
    }
}
