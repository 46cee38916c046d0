package dev.cstemplates.core;

import java.util.Locale;

/** A vendor's installer, by the language that it is told its answers in. */
public enum InstallerKind {
    /** Ubuntu's, told by an autoinstall document. */
    SUBIQUITY,
    /** Debian's. */
    PRESEED,
    /** Anaconda, of Fedora and all that descends from it. */
    KICKSTART,
    /** YaST, of SUSE's releases 15. */
    AUTOYAST,
    /** Agama, of SUSE's releases 16. */
    AGAMA;

    /** Lower-case name, for example {@code kickstart}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
