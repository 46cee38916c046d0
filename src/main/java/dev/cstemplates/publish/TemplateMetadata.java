package dev.cstemplates.publish;

import dev.cstemplates.catalog.CloudStackGuests;
import dev.cstemplates.core.Version;
import java.util.List;

/**
 * A template's metadata in CloudStack.
 *
 * @param choices guest-OS names with their details, the best first; the first name that the server supports is used
 * @param isPasswordEnabled whether the guest accepts a password from CloudStack, as verified by validation
 */
public record TemplateMetadata(List<CloudStackGuests.GuestOsChoice> choices, boolean isPasswordEnabled) {

    public TemplateMetadata {
        choices = List.copyOf(choices);
    }

    /** The source of disks' metadata. */
    @FunctionalInterface
    public interface MetadataSource {

        /**
         * The metadata of a disk.
         *
         * @param server version of CloudStack
         */
        TemplateMetadata of(TemplateDisk disk, Version server);
    }
}
