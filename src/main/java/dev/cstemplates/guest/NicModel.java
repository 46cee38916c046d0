/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

/** A network card that QEMU emulates. */
public enum NicModel {
    VIRTIO("virtio-net-pci"),
    E1000("e1000"),
    VMXNET3("vmxnet3");

    private final String device;

    NicModel(String device) {
        this.device = device;
    }

    String device() {
        return device;
    }
}
