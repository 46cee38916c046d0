package dev.cstemplates.guest;

import dev.cstemplates.core.Hypervisor;

/**
 * What a hypervisor under CloudStack shows its guests, as far as QEMU can show it too.
 *
 * @param bus the root disk's
 * @param manufacturer and {@code product}: in the DMI tables, which cloud-init goes by
 */
public record HypervisorProfile(DiskBus bus, NicModel nic, String manufacturer, String product) {

    /** CloudStack's defaults for a Linux that it knows; the emulated devices of the guest's firmware where those are paravirtual. */
    public static HypervisorProfile of(Hypervisor hypervisor) {
        return switch (hypervisor) {
            case KVM ->
                new HypervisorProfile(
                        DiskBus.VIRTIO_BLK, NicModel.VIRTIO, "Apache Software Foundation", "CloudStack KVM Hypervisor");
            case XENSERVER -> new HypervisorProfile(DiskBus.IDE, NicModel.E1000, "Xen", "HVM domU");
            case VMWARE ->
                new HypervisorProfile(DiskBus.PVSCSI, NicModel.VMXNET3, "VMware, Inc.", "VMware Virtual Platform");
            case HYPERV ->
                new HypervisorProfile(DiskBus.IDE, NicModel.E1000, "Microsoft Corporation", "Virtual Machine");
        };
    }
}
