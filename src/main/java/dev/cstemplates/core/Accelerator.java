/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import java.util.Locale;

/** How QEMU runs guest code: on the processor (KVM), or by translating it (TCG). */
public enum Accelerator {
    KVM,
    TCG;

    /** The name that QEMU and Packer use. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
