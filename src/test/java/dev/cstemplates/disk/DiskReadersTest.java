/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.ova.OvaImage;
import dev.cstemplates.disk.ova.VmdkImage;
import dev.cstemplates.disk.qcow2.Qcow2Image;
import dev.cstemplates.disk.vhd.VhdImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskReadersTest {

    @TempDir
    private Path folder;

    @Test
    void detectsEveryFormatByItsMagicAndOpensIt() throws IOException {
        var vmdk = VmdkImage.mixed(4096).sample();
        var samples = Map.of(
                "qcow2", Qcow2Image.mixed(3, 9).sample().file(),
                "vpc", VhdImage.mixed(4096).sample().file(),
                "vmdk", vmdk.file(),
                "ova", new OvaImage(vmdk).sample().file(),
                "raw", Sample.noise(1000, 1));
        for (var sample : samples.entrySet()) {
            var file = Files.write(folder.resolve("disk"), sample.getValue());
            assertThat(DiskReaders.detect(file)).isEqualTo(sample.getKey());
            try (var reader = DiskReaders.open(file, sample.getKey())) {
                assertThat(reader.size()).isPositive();
            }
        }
    }

    @Test
    void detectsVhdxButCannotOpenIt() throws IOException {
        var file = Files.write(folder.resolve("disk"), "vhdxfile....".getBytes(StandardCharsets.US_ASCII));
        assertThat(DiskReaders.detect(file)).isEqualTo("vhdx");
        assertThatThrownBy(() -> DiskReaders.open(file, "vhdx"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("'vhdx'");
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        var file = Files.createFile(folder.resolve("disk"));
        assertThat(DiskReaders.detect(file)).isEqualTo("raw");
        assertThatThrownBy(() -> DiskReaders.open(file, "raw")).isInstanceOf(Failure.class);
    }
}
