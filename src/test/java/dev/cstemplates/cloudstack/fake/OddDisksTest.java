/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.export.Content;
import dev.cstemplates.disk.export.DiskExport;
import dev.cstemplates.disk.export.Output;
import dev.cstemplates.disk.ova.OvaMachine;
import dev.cstemplates.disk.raw.RawReader;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What our writers make of disks of odd sizes, by the secondary storage VM's own rules, which share no code with the writers. */
class OddDisksTest {

    private static final int SECTOR = 512;
    private static final long VHD_BLOCK = 2L << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** Sizes in sectors: around blocks of 2 MiB (4096 sectors), clusters and grains of 64 KiB (128 sectors), and in between. */
    @ParameterizedTest
    @ValueSource(ints = {1, 127, 129, 4095, 4096, 4097, 10247, 65535, 65537, 99991})
    void everyFormatKeepsTheSizeAndHasTheTypeThatCloudStackExpects(int sectors) throws Exception {
        var size = (long) sectors * SECTOR;
        var content = new byte[(int) size];
        new Random(sectors).nextBytes(content);
        var raw = Files.write(folder.resolve("disk.raw"), content);

        for (var format : List.of(DiskFormat.QCOW2, DiskFormat.VHD, DiskFormat.OVA, DiskFormat.VMDK)) {
            var file = exported(raw, format);
            assertThat(FileType.fits(FileType.of(file), format.extension()))
                    .as(format + ": " + FileType.of(file))
                    .isTrue();
            if (format != DiskFormat.VMDK) {
                assertThat(FormatProcessor.virtualSize(file, format.name()))
                        .as(format.name())
                        .isEqualTo(format == DiskFormat.VHD ? Math.ceilDiv(size, VHD_BLOCK) * VHD_BLOCK : size);
            }
        }
    }

    private Path exported(Path raw, DiskFormat format) throws Exception {
        try (var processes = new Processes();
                var reader = RawReader.open(raw)) {
            var target = folder.resolve("disk." + format.extension());
            new DiskExport(processes, Clock.systemUTC())
                    .run(
                            reader,
                            Stream.of(new Output(format, Content.of(reader), target, OvaMachine.ofUnknown("odd")))
                                    .toList(),
                            folder.resolve("export.log"),
                            line -> {});
            return target;
        }
    }
}
