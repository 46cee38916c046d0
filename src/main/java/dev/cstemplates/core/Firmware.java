package dev.cstemplates.core;

import java.util.Locale;

/** The firmware that starts a guest. */
public enum Firmware {
    BIOS,
    UEFI;

    /** Lower-case name, for example {@code uefi}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
