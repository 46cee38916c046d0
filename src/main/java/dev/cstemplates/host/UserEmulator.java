package dev.cstemplates.host;

import dev.cstemplates.core.Architecture;
import java.nio.file.Path;
import java.util.Optional;

/**
 * QEMU's user-mode emulation, with which a kernel runs programs of another architecture, for example the maintainer scripts of aarch64
 * packages on an x86_64 host.
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

    /** Its file name in distributions. */
    public static String program(Architecture architecture) {
        return "qemu-" + architecture.id() + "-static";
    }

    /**
     * Whether the host's kernel emulates programs of {@code architecture}, also in other root directories (flag F: the emulator is opened
     * when it is registered).
     */
    public static boolean isRegistered(Host host, Architecture architecture) {
        return host.text(KERNEL_LIST + "qemu-" + architecture.id())
                .filter(text -> text.startsWith("enabled"))
                .filter(text -> text.lines().anyMatch(line -> line.matches("flags: \\w*F\\w*")))
                .isPresent();
    }

    /** The command that registers it with the host's kernel. */
    public static FixCommand registering(Architecture architecture) {
        return FixCommand.asRoot(
                "sh",
                "-c",
                "mountpoint -q %1$s || mount -t binfmt_misc none %1$s; /usr/lib/systemd/systemd-binfmt /usr/lib/binfmt.d/qemu-%2$s*.conf"
                        .formatted(KERNEL_LIST.substring(0, KERNEL_LIST.length() - 1), architecture.id()));
    }

    /**
     * The line for {@code binfmt_misc/register}: the header of an ELF file for this machine, the mask of its significant bits, and the
     * interpreter.
     *
     * @param interpreter the emulator's path as the kernel sees it
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
