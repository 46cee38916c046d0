package dev.cstemplates.core;

import java.util.Locale;

/** A vendor's installer, named after the format of its answer file. */
public enum InstallerKind {
    /** Ubuntu's; reads an autoinstall document. */
    SUBIQUITY,
    /** Debian's. */
    PRESEED,
    /** Anaconda, of Fedora and its derivatives. */
    KICKSTART,
    /** YaST, of SUSE 15. */
    AUTOYAST,
    /** Agama, of SUSE 16. */
    AGAMA;

    /** Lower-case name, for example {@code kickstart}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
