/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.export.Content;
import dev.cstemplates.disk.export.DiskExport;
import dev.cstemplates.disk.export.Output;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.ova.OvaImage;
import dev.cstemplates.disk.ova.OvaMachine;
import dev.cstemplates.disk.ova.OvaReader;
import dev.cstemplates.disk.ova.VmdkImage;
import dev.cstemplates.disk.ova.VmdkReader;
import dev.cstemplates.disk.qcow2.Qcow2Image;
import dev.cstemplates.disk.qcow2.Qcow2Reader;
import dev.cstemplates.disk.raw.RawReader;
import dev.cstemplates.disk.vhd.VhdImage;
import dev.cstemplates.disk.vhd.VhdReader;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are opened and then refused are closed. */
final class DescriptorsTest {

    @TempDir
    private Path folder;

    @Test
    void readersCloseFilesThatTheyRefuse() throws IOException {
        var vmdk = VmdkImage.mixed(4096).sample();
        Map<byte[], Function<Path, DiskReader>> readers = Map.of(
                Qcow2Image.mixed(3, 9).sample().file(),
                Qcow2Reader::open,
                VhdImage.mixed(4096).sample().file(),
                VhdReader::open,
                vmdk.file(),
                VmdkReader::open,
                new OvaImage(vmdk).sample().file(),
                OvaReader::open,
                new byte[0],
                RawReader::open);
        for (var reader : readers.entrySet()) {
            for (var part = 0; part < 16; part++) {
                var bytes = reader.getKey();
                var length = bytes.length * part / 16 / 512 * 512;
                var file = Files.write(folder.resolve("disk"), Arrays.copyOf(bytes, length));
                try (var read = reader.getValue().apply(file)) {
                    assertThat(read.size()).isPositive();
                } catch (Failure expected) {
                    assertThat(expected.kind()).isEqualTo(Failure.Kind.BUILD);
                }
                assertThat(openFiles()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QCOW2", "VHD", "VMDK", "OVA"})
    void aDiskThatIsTooLargeForTheFormatIsRefusedAndLeavesNothing(DiskFormat format) throws IOException {
        var disk = new HugeDisk();
        var outputs = List.of(
                output(DiskFormat.VMDK == format ? DiskFormat.OVA : DiskFormat.VMDK, new MemoryDisk(new byte[512])),
                output(format, disk));
        try (var processes = new Processes()) {
            var export = new DiskExport(processes, Clock.systemUTC());
            var thrown = catchThrowable(() -> export.run(disk, outputs, folder.resolve("log"), message -> {}));
            assertThat(thrown).isInstanceOf(Failure.class).hasMessageContaining("holds at most");
            assertThat(((Failure) thrown).kind()).isEqualTo(Failure.Kind.USAGE);
        }
        assertThat(openFiles()).isEmpty();
        assertThat(folder.resolve("out")).isEmptyDirectory();
    }

    private Output output(DiskFormat format, DiskReader disk) {
        var target = folder.resolve("out").resolve("disk." + format.extension());
        return new Output(format, Content.of(disk), target, OvaMachine.ofUnknown("disk"));
    }

    /** 2^56 bytes of zeroes, as large as a QCOW2 file may claim to be. */
    private static final class HugeDisk implements DiskReader {

        @Override
        public long size() {
            return 1L << 56;
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            target.put(new byte[target.remaining()]);
        }

        @Override
        public long zeroes(long offset) {
            return size() - offset;
        }

        @Override
        public void close() {}
    }

    private List<Path> openFiles() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(DescriptorsTest::target)
                    .filter(target -> target.startsWith(folder))
                    .toList();
        }
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException closedMeanwhile) {
            return Path.of("");
        }
    }
}
