/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

/** A machine type that QEMU emulates. CloudStack's KVM guests have {@link #PC} with BIOS, {@link #Q35} with UEFI. */
public enum Chipset {
    /** i440fx: PCI and IDE. */
    PC("pc"),
    /** PCI Express and AHCI. */
    Q35("q35"),
    /** The only machine type for aarch64 guests. */
    VIRT("virt");

    private final String id;

    Chipset(String id) {
        this.id = id;
    }

    /** QEMU's name. */
    public String id() {
        return id;
    }
}
