package dev.cstemplates.publish;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What CloudStack is told about a template besides its disk.
 *
 * @param guestOs guest-OS names, the best first; the first that the server knows is taken
 * @param details settings of the hypervisor that make it boot well
 * @param isPasswordEnabled whether the guest takes a password from CloudStack, as validation proved
 */
public record TemplateMetadata(List<String> guestOs, SortedMap<String, String> details, boolean isPasswordEnabled) {

    public TemplateMetadata {
        guestOs = List.copyOf(guestOs);
        details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
    }

    /** Where the metadata of disks comes from. */
    @FunctionalInterface
    public interface Source {
        TemplateMetadata of(TemplateDisk disk);
    }

    TemplateMetadata with(Map<String, String> more) {
        var all = new TreeMap<>(details);
        all.putAll(more);
        return new TemplateMetadata(guestOs, all, isPasswordEnabled);
    }
}
