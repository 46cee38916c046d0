package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.NewTemplate;
import dev.cstemplates.cloudstack.OsType;
import dev.cstemplates.cloudstack.Zone;
import dev.cstemplates.host.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What is found out about a cloud before something is published there. */
final class Preparation {

    private final CloudStack cloud;
    private final Consumer<String> notice;

    Preparation(CloudStack cloud, Consumer<String> notice) {
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

    /** What to tell CloudStack about a disk. */
    NewTemplate template(TemplateDisk disk, TemplateMetadata metadata, List<Zone> zones) {
        return new NewTemplate(
                disk.candidateName(),
                disk.displayText(),
                disk.format(),
                disk.hypervisor(),
                disk.manifest().architecture(),
                osType(disk, metadata.guestOs()).id(),
                zones.stream().map(Zone::id).toList(),
                metadata.details(),
                metadata.isPasswordEnabled(),
                true,
                true,
                false);
    }

    private OsType osType(TemplateDisk disk, List<String> names) {
        for (var name : names) {
            var types = cloud.cloud().osTypes(name);
            if (!types.isEmpty()) {
                if (!name.equals(names.getFirst())) {
                    notice.accept("this CloudStack does not know '%s': %s is registered as '%s'"
                            .formatted(names.getFirst(), disk.candidateName(), name));
                }
                return types.getFirst();
            }
        }
        throw Failure.remote(
                "This CloudStack knows none of the guest-OS names " + names,
                "Add one to the definition's cloudstack.guestOs, or have an administrator add it with addGuestOs.",
                false);
    }
}
