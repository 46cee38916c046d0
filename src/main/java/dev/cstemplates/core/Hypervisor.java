package dev.cstemplates.core;

import java.util.Locale;

/** A hypervisor that CloudStack manages; its {@link #id()} is part of an artifact's file names. */
public enum Hypervisor {
    KVM,
    XENSERVER,
    VMWARE,
    HYPERV;

    /** Lower-case name, for example {@code kvm}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
