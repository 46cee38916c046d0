package dev.cstemplates;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.zip.GZIPOutputStream;

/** This host's kernel with a busybox and one script: a guest that boots within seconds and runs a test's script. */
public final class TinyGuest {

    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final int FOLDER = 0040755;
    private static final int PROGRAM = 0100755;

    private TinyGuest() {}

    /** The newest kernel of this host. */
    public static Path kernel() throws IOException {
        try (var files = Files.list(Path.of("/boot"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("vmlinuz"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new IllegalStateException(
                            "/boot contains no kernel; 'cst doctor' names the package to install"));
        }
    }

    /** An initramfs whose init runs {@code script} in busybox' shell; {@code /proc} and {@code /dev} are mounted. */
    public static Path initrd(Path file, String script) throws IOException {
        if (!Files.isExecutable(BUSYBOX)) {
            throw new IllegalStateException("Missing package: busybox-static");
        }
        var archive = new ByteArrayOutputStream();
        for (var folder : new String[] {"bin", "dev", "proc"}) {
            entry(archive, folder, FOLDER, new byte[0]);
        }
        entry(archive, "bin/busybox", PROGRAM, Files.readAllBytes(BUSYBOX));
        var init = "#!/bin/busybox sh\n"
                + "/bin/busybox --install -s /bin\n"
                + "mount -t proc proc /proc\n"
                + "mount -t devtmpfs dev /dev\n"
                + "exec < /dev/ttyS0 > /dev/ttyS0 2>&1\n" + script + "\n";
        entry(archive, "init", PROGRAM, init.getBytes(StandardCharsets.UTF_8));
        entry(archive, "TRAILER!!!", 0, new byte[0]);
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            archive.writeTo(out);
        }
        return file;
    }

    /** Appends an entry of a cpio archive in format "newc", the only one that kernels unpack. */
    private static void entry(ByteArrayOutputStream archive, String name, int mode, byte[] content) {
        var header = "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x"
                .formatted(
                        name.hashCode() & 0xFFFFFF, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length() + 1, 0);
        archive.writeBytes((header + name + "\0").getBytes(StandardCharsets.US_ASCII));
        pad(archive);
        archive.writeBytes(content);
        pad(archive);
    }

    private static void pad(ByteArrayOutputStream archive) {
        while (archive.size() % 4 != 0) {
            archive.write(0);
        }
    }
}
