package dev.cstemplates.publish;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.host.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Metadata from the definition that a disk was built by, and from what holds for every guest of a hypervisor. A definition that is no
 * longer there leaves the names that every CloudStack knows.
 */
public final class DefinitionMetadata implements TemplateMetadata.Source {

    /** On KVM both give virtio, whatever the server derives from the guest-OS name: SUSE names would mean IDE and e1000. */
    private static final Map<String, Map<String, String>> DETAILS = Map.of(
            "kvm", Map.of("rootDiskController", "virtio", "nicAdapter", "virtio"),
            "vmware", Map.of("nicAdapter", "Vmxnet3"));

    private static final List<String> LAST_RESORT = List.of("Other PV (64-bit)", "Other Linux (64-bit)");

    private final Catalog catalog;

    public DefinitionMetadata(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public TemplateMetadata of(TemplateDisk disk) {
        var hypervisor = disk.entry().hypervisor();
        var details = new TreeMap<>(DETAILS.getOrDefault(hypervisor, Map.of()));
        var definition = catalog.definitions().stream()
                .filter(each -> each.id().equals(disk.manifest().id()))
                .findFirst();
        if (definition.isEmpty()) {
            return new TemplateMetadata(LAST_RESORT, details, false);
        }
        if (hypervisor.equals("kvm") && needsMoreThanTheBaseline(definition.get(), disk)) {
            // libvirt's own default is a processor on which such a kernel panics.
            details.put("guest.cpu.mode", "host-model");
        }
        var names = new ArrayList<>(definition.get().cloudstack().guestOs());
        LAST_RESORT.stream().filter(name -> !names.contains(name)).forEach(names::add);
        return new TemplateMetadata(names, details, definition.get().guest().passwordEnabled());
    }

    private static boolean needsMoreThanTheBaseline(Definition definition, TemplateDisk disk) {
        return definition.architectures().entrySet().stream()
                .filter(each -> each.getKey().id().equals(disk.manifest().architecture()))
                .filter(each -> each.getKey() == Architecture.X86_64)
                .anyMatch(each -> !each.getValue().cpu().equals("x86-64-v1"));
    }
}
