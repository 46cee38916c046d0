/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import dev.cstemplates.core.InstallerKind;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An ISO with a tiny installer of each kind: this host's own kernel, and an initrd of busybox and {@code stub-installer/init}, which reads
 * the kernel's command line and its CD as the real installer does.
 */
public final class StubInstallerIso {

    private static final Path INIT = Path.of("src/test/resources/stub-installer/init");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> DRIVERS =
            List.of("virtio_pci", "virtio_blk", "virtio_net", "ata_piix", "sr_mod", "isofs");
    private static final Pattern LIBRARY = Pattern.compile("(?:.* => )?(/\\S+) \\(0x[0-9a-f]+\\)");

    private final Path folder;
    private final Processes processes;

    public StubInstallerIso(Path folder, Processes processes) {
        this.folder = folder;
        this.processes = processes;
    }

    /**
     * Creates an ISO.
     *
     * @param label of the volume
     * @param kernel absolute path of the kernel in the ISO
     * @param initrd likewise
     */
    public Path make(InstallerKind kind, String label, String kernel, String initrd) throws IOException {
        var tree = Files.createDirectories(folder.resolve(kind.id() + "-iso"));
        Files.copy(hostKernel(), below(tree, kernel), StandardCopyOption.REPLACE_EXISTING);
        Files.move(initrd(kind), below(tree, initrd), StandardCopyOption.REPLACE_EXISTING);
        var iso = folder.resolve(kind.id() + ".iso");
        run("xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-V", label, "-o", iso.toString(), tree.toString());
        return iso;
    }

    private static Path below(Path tree, String path) throws IOException {
        var file = tree.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        return file;
    }

    private Path initrd(InstallerKind kind) throws IOException {
        var root = folder.resolve(kind.id() + "-initrd");
        var modules = Files.createDirectories(root.resolve("modules"));
        Files.copy(INIT, root.resolve("init"));
        Files.writeString(root.resolve("kind"), kind.id() + "\n");
        copyBusybox(Files.createDirectories(root.resolve("bin")), root);
        Files.write(modules.resolve("order"), copyDrivers(modules));
        var initrd = folder.resolve(kind.id() + ".initrd");
        run(
                "sh",
                "-c",
                "cd \"$1\" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1 >\"$2\"",
                "sh",
                root.toString(),
                initrd.toString());
        return initrd;
    }

    /** Debian's busybox may be static or require libraries. */
    private void copyBusybox(Path bin, Path root) throws IOException {
        var program = Path.of(run("sh", "-c", "command -v busybox").getFirst());
        Files.copy(program, bin.resolve("busybox"));
        var libraries = processes.run(Command.of("ldd", program.toString()).timeout(LIMIT));
        for (var line : libraries.lines()) {
            var library = LIBRARY.matcher(line.strip());
            if (library.matches()) {
                Files.copy(Path.of(library.group(1)), below(root, library.group(1)));
            }
        }
    }

    /** All modules that the drivers require, in load order. */
    private List<String> copyDrivers(Path target) throws IOException {
        var version = hostKernel().getFileName().toString().replaceFirst("vmlinuz-", "");
        var files = DRIVERS.stream()
                .flatMap(driver -> run("modprobe", "--show-depends", "--set-version", version, driver).stream())
                .filter(line -> line.startsWith("insmod "))
                .map(line -> Path.of(line.strip().substring("insmod ".length())))
                .distinct()
                .toList();
        for (var file : files) {
            Files.copy(file, target.resolve(file.getFileName()));
        }
        return files.stream().map(file -> file.getFileName().toString()).toList();
    }

    private static Path hostKernel() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/boot"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("vmlinuz-"))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    private List<String> run(String... command) {
        return processes.check(Command.of(command).timeout(LIMIT)).lines();
    }
}
