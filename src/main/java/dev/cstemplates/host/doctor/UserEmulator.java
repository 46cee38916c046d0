package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.host.Host;
import java.nio.file.Path;
import java.util.Optional;

/**
 * QEMU's emulation of single programs, which lets a kernel run those of another architecture: what packages of an aarch64 template run
 * while they are installed on an x86_64 host.
 *
 * @param architecture of the programs
 * @param file the emulator, linked statically
 */
public record UserEmulator(Architecture architecture, Path file) {

    private static final String KERNEL_LIST = "/proc/sys/fs/binfmt_misc/";

    /** The host's emulator of {@code architecture}. */
    public static Optional<UserEmulator> find(Host host, Architecture architecture) {
        return host.path().find(program(architecture)).map(file -> new UserEmulator(architecture, file));
    }

    /** Its name where distributions install it. */
    static String program(Architecture architecture) {
        return "qemu-" + architecture.id() + "-static";
    }

    /**
     * Whether the host's kernel starts an emulator for programs of {@code architecture} in other root folders too (its flag F: the
     * emulator was opened when it was registered).
     */
    static boolean isRegistered(Host host, Architecture architecture) {
        return host.text(KERNEL_LIST + "qemu-" + architecture.id())
                .filter(text -> text.startsWith("enabled"))
                .filter(text -> text.lines().anyMatch(line -> line.matches("flags: \\w*F\\w*")))
                .isPresent();
    }

    /** The command that makes the host's kernel know it. */
    static FixCommand registering(Architecture architecture) {
        return FixCommand.asRoot(
                "sh",
                "-c",
                "mountpoint -q %1$s || mount -t binfmt_misc none %1$s; /usr/lib/systemd/systemd-binfmt /usr/lib/binfmt.d/qemu-%2$s*.conf"
                        .formatted(KERNEL_LIST.substring(0, KERNEL_LIST.length() - 1), architecture.id()));
    }

    /**
     * What registers an emulator with a Linux kernel (its file {@code binfmt_misc/register}): the beginning of an ELF file for this
     * machine, which bits of it count, and what to start.
     *
     * @param interpreter the emulator's path, as that kernel sees it
     */
    public String registration(String interpreter) {
        var machine = switch (architecture) {
            case X86_64 -> "\\x3e";
            case AARCH64 -> "\\xb7";
        };
        return ":cst:M::\\x7fELF\\x02\\x01\\x01" + "\\x00".repeat(9) + "\\x02\\x00" + machine + "\\x00:"
                + "\\xff".repeat(7) + "\\x00" + "\\xff".repeat(8) + "\\xfe\\xff\\xff\\xff:" + interpreter + ":OCF";
    }
}
