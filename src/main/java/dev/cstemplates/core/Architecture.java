package dev.cstemplates.core;

import java.util.Arrays;
import java.util.Locale;

/** A processor architecture that templates are built for. */
public enum Architecture {
    X86_64("amd64"),
    AARCH64("arm64");

    private final String debianName;

    Architecture(String debianName) {
        this.debianName = debianName;
    }

    /** The name used by the kernel, QEMU, RPM and CloudStack, for example {@code x86_64}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name that dpkg uses, for example {@code amd64}. */
    public String debianName() {
        return debianName;
    }

    /** The architecture called {@code text}, by kernel or dpkg name. */
    public static Architecture parse(String text) {
        return Arrays.stream(values())
                .filter(each -> each.id().equals(text) || each.debianName.equals(text))
                .findFirst()
                .orElseThrow(() -> Failure.usage("Unknown architecture '" + text + "'", "Use x86_64 or aarch64."));
    }

    /** The architecture of the machine that this process runs on. */
    public static Architecture ofThisHost() {
        return parse(System.getProperty("os.arch", "amd64"));
    }
}
