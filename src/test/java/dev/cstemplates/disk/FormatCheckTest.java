/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.disk.ova.OvaImage;
import dev.cstemplates.disk.ova.VmdkImage;
import dev.cstemplates.disk.vhd.VhdImage;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FormatCheckTest {

    private final Sample vmdk = VmdkImage.mixed(4096).sample();
    private final Processes processes = new Processes();

    @TempDir
    private Path folder;

    @AfterEach
    void closeProcesses() {
        processes.close();
    }

    @Test
    void acceptsAnOvaAndComparesItsSize() throws IOException {
        var ova = new OvaImage(vmdk).sample().file();
        var size = vmdk.content().length;

        assertThat(check("disk.ova", ova, new ByteSize(size))).allMatch(CheckResult::isPassed);
        assertThat(failures("disk.ova", ova, new ByteSize(size + 512)))
                .containsExactly("format.virtual-size: %d bytes, expected %d".formatted(size, size + 512));
    }

    @Test
    void checksTheFormatOfTheContentWhateverTheNameIs() throws IOException {
        var vhd = VhdImage.mixed(4096).sample().file();

        assertThat(check("disk.qcow2", vhd, null)).extracting(CheckResult::id).contains("format.vhd-creator");
        assertThat(failures("disk.qcow2", vhd, null))
                .contains("format.name: disk.qcow2 contains format vpc; its name suggests qcow2");
        assertThat(failures("disk", new OvaImage(vmdk).sample().file(), null)).isEmpty();
    }

    @Test
    void namesTheFormatOfFilesThatCannotBeTemplates() throws IOException {
        assertThat(failures("disk.vmdk", vmdk.file(), null))
                .containsExactly("format.header: the file is a bare VMDK; CloudStack registers VMware disks as OVA");
        assertThat(failures("disk.img", Sample.noise(4096, 1), null))
                .containsExactly("format.header: the file is a raw disk; expected QCOW2, VHD, VHDX or OVA");
        assertThat(failures("disk", new byte[0], null))
                .singleElement()
                .asString()
                .contains("the file ends");
        var html = "<html>404 Not Found</html>".repeat(40).getBytes(StandardCharsets.UTF_8);
        assertThat(failures("disk.qcow2", html, null))
                .hasSize(2)
                .first()
                .asString()
                .contains("its name suggests qcow2");
        assertThat(failures("disk.qcow2", html, null).getLast()).contains("the magic is 3c68746d, expected 514649fb");
    }

    @Test
    void aMissingFileIsAFailedCheck() {
        var results = new FormatCheck(processes).check(folder.resolve("none.qcow2"), null, folder.resolve("log"));
        assertThat(results).singleElement().satisfies(result -> {
            assertThat(result.isFailed()).isTrue();
            assertThat(result.detail()).contains("none.qcow2 is not a regular file");
        });
    }

    private List<String> failures(String name, byte[] content, @Nullable ByteSize size) throws IOException {
        return check(name, content, size).stream()
                .filter(CheckResult::isFailed)
                .filter(result -> !result.id().startsWith("format.qemu"))
                .map(result -> result.id() + ": " + result.detail())
                .toList();
    }

    private List<CheckResult> check(String name, byte[] content, @Nullable ByteSize size) throws IOException {
        var file = Files.write(folder.resolve(name), content);
        return new FormatCheck(processes).check(file, size, folder.resolve("log"));
    }
}
