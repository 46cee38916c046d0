/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import java.util.List;

/** How a guest's disk is attached. */
public enum DiskBus {
    VIRTIO_BLK("", "virtio-blk-pci"),
    VIRTIO_SCSI("virtio-scsi-pci,id=disks", "scsi-hd,bus=disks.0"),
    IDE("piix3-ide,id=disks", "ide-hd,bus=disks.0"),
    AHCI("ahci,id=disks", "ide-hd,bus=disks.0"),
    /** VMware's paravirtual SCSI. */
    PVSCSI("pvscsi,id=disks", "scsi-hd,bus=disks.0");

    private final String controller;
    private final String device;

    /**
     * @param controller QEMU's device for the controller; empty if the machine has one
     * @param device QEMU's device for the disk
     */
    DiskBus(String controller, String device) {
        this.controller = controller;
        this.device = device;
    }

    /** Values for {@code -device}, controller first; {@code node} is the block node of the disk. */
    List<String> devices(String node, Chipset chipset) {
        var options = ",drive=" + node + ",bootindex=1";
        if (this == IDE && chipset == Chipset.PC) {
            return List.of("ide-hd,bus=ide.0" + options);
        }
        return controller.isEmpty() ? List.of(device + options) : List.of(controller, device + options);
    }
}
