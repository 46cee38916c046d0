/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drivers in initramfs archives made by GNU cpio, as Ubuntu and Debian build them. */
@Tag("real-tools")
final class InitramfsRealToolsTest {

    private static final Path CHECKS = Path.of("scripts", "validation", "offline");

    /** Two uncompressed archives, the second after more padding, and one compressed with zstd: Ubuntu 24.04's layout. */
    private static final String PARTS = """
        module() {
            mkdir -p "$1/usr/lib/modules/kernel"
            for name in "${@:2}"; do echo x >"$1/usr/lib/modules/kernel/$name"; done
        }
        archive() { (cd "$1" && find . | cpio --quiet -o -H newc); }
        module early virtio_blk.ko.zst virtio-scsi.ko.zst virtio_net.ko.zst virtio_pci.ko.zst
        module second sd_mod.ko.zst
        module main sr_mod.ko.zst
        mkdir -p root/boot
        """;

    private final Processes processes = new Processes();

    @TempDir
    private Path folder;

    @AfterEach
    void end() {
        processes.close();
    }

    /** Its lsinitramfs takes 14 minutes for such a file in an emulated appliance, so the check reads the archives itself. */
    @Test
    void readsUbuntusUncompressedArchivesWithoutItsSlowTool() throws IOException {
        make("{ archive early; dd if=/dev/zero bs=512 count=3 status=none; archive second; archive main | zstd -q; }");
        assertThat(check("echo 'lsinitramfs was started' >&2; exit 1"))
                .contains("\"check\":\"initramfs.kvm\",\"status\":\"pass\"")
                .contains("xen_blkfront is missing in /boot/initrd.img-6.8.0-1")
                .doesNotContain("virtio");
    }

    @Test
    void findsADriverThatIsMissingInTheLastArchive() throws IOException {
        make("{ archive early; archive second; archive second | zstd -q; }");
        assertThat(check("exit 1")).contains("sr_mod is missing in /boot/initrd.img-6.8.0-1");
    }

    @Test
    void leavesOtherCompressionsToTheSystemsTool() throws IOException {
        make("{ archive early; archive main | gzip; }");
        assertThat(check("for m in virtio_blk virtio_scsi virtio_net virtio_pci sd_mod sr_mod; do echo"
                        + " kernel/$m.ko; done"))
                .contains("\"check\":\"initramfs.kvm\",\"status\":\"pass\"");
    }

    private void make(String archives) throws IOException {
        Files.writeString(folder.resolve("make"), PARTS + archives + " >root/boot/initrd.img-6.8.0-1\n");
        processes.check(Command.of("bash", "-eu", "make").in(folder));
    }

    /** The check's output; {@code tool} is the text of the system's lsinitramfs. */
    private String check(String tool) throws IOException {
        var bin = Files.createDirectories(folder.resolve("bin"));
        Files.writeString(bin.resolve("lsinitramfs"), "#!/bin/sh\n" + tool + "\n")
                .toFile()
                .setExecutable(true);
        var script = Files.writeString(
                folder.resolve("check"),
                Files.readString(CHECKS.resolve("lib.sh")) + Files.readString(CHECKS.resolve("common/initramfs.sh")));
        return processes
                .check(Command.of("bash", script.toString())
                        .env("PATH", bin + ":" + System.getenv("PATH"))
                        .env("ROOT", folder.resolve("root").toString())
                        .env("CST_ARCH", "x86_64"))
                .output();
    }
}
