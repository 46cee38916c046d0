package dev.cstemplates.host;

import dev.cstemplates.core.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Boots the host's own kernel as a guest with nothing but a serial console. */
public final class GuestKernel {

    /** Watches a guest's console; called by the thread that reads it. */
    public static final class Console implements Consumer<String> {

        private volatile boolean firmwareStarted;
        private volatile boolean started;
        private volatile boolean booted;

        @Override
        public void accept(String line) {
            firmwareStarted |= line.contains("SeaBIOS") || line.contains("Booting from");
            started |= line.contains("Linux version ");
            // Printed after memory, timers and drivers are set up, which a kernel under a broken KVM never reaches.
            booted |= started && (line.contains("Kernel panic") || line.contains("Unable to mount root fs"));
        }

        public boolean firmwareStarted() {
            return firmwareStarted;
        }

        /** Whether the kernel printed its first line. */
        public boolean started() {
            return started;
        }

        /** Whether the kernel got as far as mounting its root file system. */
        public boolean booted() {
            return booted;
        }
    }

    private GuestKernel() {}

    public static String emulator(Architecture architecture) {
        return "qemu-system-" + architecture.id();
    }

    /** The newest kernel, by name, that this user can read. libguestfs needs one as well. */
    public static Optional<Path> find(Host host) {
        var found = new ArrayList<Path>();
        found.addAll(listed(host.file("/boot"))
                .filter(GuestKernel::isKernel)
                .sorted()
                .toList());
        for (var modules : List.of("/lib/modules", "/usr/lib/modules")) {
            found.addAll(listed(host.file(modules))
                    .map(folder -> folder.resolve("vmlinuz"))
                    .sorted()
                    .toList());
        }
        return found.reversed().stream()
                .filter(file -> Files.isRegularFile(file) && Files.isReadable(file))
                .findFirst();
    }

    /** Whether a kernel is installed, readable or not. */
    public static boolean isInstalled(Host host) {
        return listed(host.file("/boot")).anyMatch(GuestKernel::isKernel);
    }

    /** The command that boots {@code kernel} under KVM; it ends when the kernel finds no root file system. */
    public static List<String> boot(String emulator, Architecture architecture, Path kernel) {
        var argv = new ArrayList<>(List.of(emulator, "-accel", "kvm", "-cpu", "host", "-m", "512"));
        var console = "ttyS0";
        if (architecture == Architecture.AARCH64) {
            argv.addAll(List.of("-machine", "virt,gic-version=host"));
            console = "ttyAMA0";
        }
        argv.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio"));
        argv.addAll(List.of("-kernel", kernel.toString(), "-append", "console=" + console + " panic=-1"));
        return List.copyOf(argv);
    }

    private static boolean isKernel(Path file) {
        var name = file.getFileName().toString();
        return name.startsWith("vmlinuz") || name.startsWith("vmlinux-") || name.startsWith("Image-");
    }

    private static Stream<Path> listed(Path folder) {
        try (var files = Files.list(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
