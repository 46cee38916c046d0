package dev.cstemplates.publish;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.CloudStackGuests;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.Version;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Metadata from a disk's definition, and from the requirements of the hypervisor and of CloudStack's version. Without the definition,
 * the generic guest-OS names are used.
 */
public final class DefinitionMetadata implements TemplateMetadata.MetadataSource {

    private static final List<CloudStackGuests.GuestOsChoice> LAST_RESORT = Stream.of(
                    "Other PV (64-bit)", "Other Linux (64-bit)")
            .map(name -> new CloudStackGuests.GuestOsChoice(name, Collections.emptySortedMap()))
            .toList();

    private final Catalog catalog;
    private final CloudStackGuests guests;

    public DefinitionMetadata(Catalog catalog, CloudStackGuests guests) {
        this.catalog = catalog;
        this.guests = guests;
    }

    @Override
    public TemplateMetadata of(TemplateDisk disk, Version server) {
        var definition = catalog.definitions().stream()
                .filter(each -> each.id().equals(disk.manifest().id()))
                .findFirst();
        if (definition.isEmpty()) {
            return new TemplateMetadata(LAST_RESORT, false);
        }
        var choices = guests.choices(
                definition.get(),
                Architecture.parse(disk.manifest().architecture()),
                Hypervisor.valueOf(disk.entry().hypervisor().toUpperCase(Locale.ROOT)),
                server);
        if (choices.isEmpty()) {
            throw Failure.usage(
                    "CloudStack %s does not support %s guests on %s"
                            .formatted(server, disk.manifest().architecture(), disk.hypervisor()),
                    "Upgrade CloudStack, or choose other hypervisors with --hypervisor.");
        }
        return new TemplateMetadata(choices, definition.get().guest().passwordEnabled());
    }
}
