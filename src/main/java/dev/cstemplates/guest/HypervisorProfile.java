/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.core.Hypervisor;

/**
 * The hardware that guests see under a hypervisor of CloudStack, as far as QEMU can emulate it.
 *
 * @param bus of the root disk
 * @param manufacturer and {@code product}: from the DMI tables, by which cloud-init detects the cloud
 */
public record HypervisorProfile(DiskBus bus, NicModel nic, String manufacturer, String product) {

    /** CloudStack's defaults for a known Linux; emulated devices where the hypervisor's are paravirtual. */
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
