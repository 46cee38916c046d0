/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.QemuImg;
import dev.cstemplates.disk.ova.OvaMachine;
import dev.cstemplates.disk.qcow2.Qcow2Reader;
import dev.cstemplates.disk.vhd.VhdWriter;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every format of every kind of disk, compared with what the real tools read. */
@Tag("real-tools")
final class DiskExportRealToolsTest {

    private static final int SECTOR = 512;

    private static final Set<DiskFormat> HUGE = Set.of(DiskFormat.QCOW2, DiskFormat.VHD, DiskFormat.OVA);

    /** The formats of artifacts. The validation rejects zstd. */
    private static final Set<DiskFormat> CHECKED =
            Set.of(DiskFormat.QCOW2, DiskFormat.VHD, DiskFormat.VHDX, DiskFormat.OVA);

    private final Processes processes = new Processes();

    @TempDir
    private Path folder;

    @AfterEach
    void end() {
        processes.close();
    }

    /** Edge cases that templates do not cover. */
    enum Kind {
        EMPTY(64L << 20),
        ONE_SECTOR(SECTOR),
        FULL(9L << 20),
        LAST_SECTOR_USED(512L << 20),
        ODD_SIZE((5L << 20) + 7 * SECTOR),
        RANDOM_HOLES(96L << 20),
        HALF_COMPRESSIBLE(32L << 20),
        LARGEST_VHD(VhdWriter.LARGEST),
        TWO_TEBIBYTES(2L << 40);

        private final long size;

        Kind(long size) {
            this.size = size;
        }

        void fill(RandomAccessFile disk) throws IOException {
            var random = new Random(size);
            disk.setLength(size);
            switch (this) {
                case EMPTY -> {}
                case ONE_SECTOR, ODD_SIZE, FULL -> noise(disk, 0, (int) size, random);
                case LAST_SECTOR_USED -> noise(disk, size - SECTOR, SECTOR, random);
                case RANDOM_HOLES -> {
                    for (var each = 0; each < 150; each++) {
                        var length = SECTOR * (1 + random.nextInt(300));
                        noise(disk, random.nextLong((size - length) / SECTOR) * SECTOR, length, random);
                    }
                }
                case HALF_COMPRESSIBLE -> {
                    for (var at = 0L; at < size; at += 64 << 10) {
                        if (random.nextBoolean()) {
                            noise(disk, at, 64 << 10, random);
                        } else {
                            text(disk, at, 64 << 10);
                        }
                    }
                }
                case LARGEST_VHD, TWO_TEBIBYTES -> {
                    noise(disk, 0, 100_000, random);
                    text(disk, size / 2 - 1000, 300_000);
                    noise(disk, size - SECTOR, SECTOR, random);
                }
            }
        }

        private static void noise(RandomAccessFile disk, long at, int length, Random random) throws IOException {
            var bytes = new byte[length];
            random.nextBytes(bytes);
            disk.seek(at);
            disk.write(bytes);
        }

        private static void text(RandomAccessFile disk, long at, int length) throws IOException {
            var bytes = new byte[length];
            Arrays.setAll(
                    new Object[length], index -> bytes[index] = (byte) ("abcdef\n".charAt(index % 7) + index / 4096));
            disk.seek(at);
            disk.write(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFormatHasTheSameContent(Kind kind) throws IOException {
        var source = source(kind);
        var formats = Arrays.stream(DiskFormat.values())
                .filter(format -> format != DiskFormat.VHD || kind.size <= VhdWriter.LARGEST)
                // Over terabytes of zeroes, a digest of all bytes takes hours, and qemu-img minutes for each of the
                // others.
                .filter(format -> kind.size <= 1L << 30 || HUGE.contains(format))
                .toList();
        var written = export(source, formats);
        assertThat(written)
                .extracting(WrittenDisk::contentDigest)
                .containsOnly(written.getFirst().contentDigest());
        for (var disk : written) {
            var target = disk.output().target();
            assertThat(target).hasSize(disk.length());
            assertThat(disk.sha256()).isEqualTo(digest("sha256sum", target));
            assertThat(disk.sha512()).isEqualTo(digest("sha512sum", target));
            if (CHECKED.contains(disk.output().format())) {
                requireSound(disk);
            }
            requireEqual(source, disk.output().format(), target);
        }
        assertThat(folder.resolve("out"))
                .isDirectoryNotContaining("glob:**.part")
                .isDirectoryNotContaining("glob:**.raw.raw");
    }

    @Test
    void theBackupPartitionTableMovesToTheNewEnd() throws IOException {
        var raw = folder.resolve("table.raw");
        try (var disk = new RandomAccessFile(raw.toFile(), "rw")) {
            disk.setLength((9L << 20) + SECTOR);
        }
        processes.check(Command.of("sgdisk", "-n", "1:2048:10000", "-n", "2:10240:0", raw.toString()));
        var vhd = export(qcow2(raw), List.of(DiskFormat.VHD)).getFirst();
        assertThat(vhd.size()).isEqualTo(10 << 20);
        var back = folder.resolve("back.raw");
        processes.check(Command.of(
                "qemu-img",
                "convert",
                "-f",
                "vpc",
                "-O",
                "raw",
                vhd.output().target().toString(),
                back.toString()));
        assertThat(processes.check(Command.of("sgdisk", "-v", back.toString())).output())
                .contains("No problems found");
        assertThat(processes.check(Command.of("sgdisk", "-p", back.toString())).output())
                .contains("last usable sector is " + ((10 << 20) / SECTOR - 34));
    }

    private List<WrittenDisk> export(Path source, List<DiskFormat> formats) {
        try (var reader = Qcow2Reader.open(source)) {
            var outputs = formats.stream()
                    .map(format -> new Output(
                            format,
                            Content.of(reader),
                            folder.resolve("out").resolve("disk." + format.extension()),
                            OvaMachine.ofUnknown("A & B <test>")))
                    .toList();
            return new DiskExport(processes, Clock.systemUTC()).run(reader, outputs, folder.resolve("log"), line -> {});
        }
    }

    /** Checks the file with our readers, which share no code with the writers, and by CloudStack's and XenServer's rules. */
    private void requireSound(WrittenDisk disk) {
        var target = disk.output().target();
        assertThat(new DiskVerification(processes, folder)
                        .problems(target, new ByteSize(disk.size()), disk.contentDigest()))
                .isEmpty();
        if (disk.output().format() == DiskFormat.VHD) {
            assertThat(processes
                            .check(Command.of("vhdiinfo", target.toString()))
                            .output())
                    .contains("(" + disk.size() + " bytes)");
        }
    }

    private void requireEqual(Path source, DiskFormat format, Path target) {
        var disk = target;
        if (format == DiskFormat.OVA) {
            processes.check(Command.of("tar", "-xf", target.toString(), "-C", folder.toString()));
            disk = folder.resolve("disk.vmdk");
            assertThat(folder.resolve("disk.ovf")).isRegularFile();
            assertThat(folder.resolve("disk.mf")).isRegularFile();
        }
        var log = folder.resolve("log");
        if (format != DiskFormat.VHD && format != DiskFormat.RAW) {
            assertThat(new QemuImg(processes, log).check(disk, format.qemuName()))
                    .isEmpty();
        }
        processes.check(Command.of(
                "qemu-img", "compare", "-f", "qcow2", "-F", format.qemuName(), source.toString(), disk.toString()));
    }

    private String digest(String tool, Path file) {
        return processes.check(Command.of(tool, file.toString())).output().split(" ", 2)[0];
    }

    private Path source(Kind kind) throws IOException {
        var raw = folder.resolve("source.raw");
        try (var disk = new RandomAccessFile(raw.toFile(), "rw")) {
            kind.fill(disk);
        }
        return qcow2(raw);
    }

    private Path qcow2(Path raw) {
        var disk = folder.resolve("source.qcow2");
        processes.check(Command.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), disk.toString()));
        return disk;
    }
}
