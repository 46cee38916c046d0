package dev.cstemplates.publish;

import dev.cstemplates.catalog.CloudStackGuests;
import dev.cstemplates.core.Version;
import java.util.List;

/**
 * What CloudStack is told about a template besides its disk.
 *
 * @param choices guest-OS names with the details that go with them, the best first; the first whose name the server knows is taken
 * @param isPasswordEnabled whether the guest takes a password from CloudStack, as validation proved
 */
public record TemplateMetadata(List<CloudStackGuests.GuestOsChoice> choices, boolean isPasswordEnabled) {

    public TemplateMetadata {
        choices = List.copyOf(choices);
    }

    /** Where the metadata of disks comes from. */
    @FunctionalInterface
    public interface Source {

        /**
         * What to tell of a disk.
         *
         * @param server version of CloudStack
         */
        TemplateMetadata of(TemplateDisk disk, Version server);
    }
}
