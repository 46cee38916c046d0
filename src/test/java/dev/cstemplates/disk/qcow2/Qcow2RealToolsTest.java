/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.FormatCheck;
import dev.cstemplates.disk.QemuImg;
import dev.cstemplates.disk.export.Content;
import dev.cstemplates.disk.export.DiskExport;
import dev.cstemplates.disk.export.Output;
import dev.cstemplates.disk.ova.OvaMachine;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Valid and invalid files of the real qemu-img. */
@Tag("real-tools")
final class Qcow2RealToolsTest {

    private final Processes processes = new Processes();

    @TempDir
    private Path folder;

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void exportsADiskThatCloudStackAccepts() throws IOException {
        var source = diskWithData();
        var target = folder.resolve("out").resolve("kvm.qcow2");
        var activities = new ArrayList<String>();
        export(source, target, activities::add);
        assertThat(failed(target)).isEmpty();
        assertThat(Files.size(target)).isLessThan(Files.size(source));
        assertThat(target.resolveSibling("kvm.qcow2.part")).doesNotExist();
        assertThat(activities).anyMatch(line -> line.startsWith("writing qcow2"));
        processes.check(Command.of("qemu-img", "compare", source.toString(), target.toString()));
    }

    @Test
    void reportsMissingSpaceAndKeepsTheExistingFile() throws IOException {
        var source = diskWithData();
        var target = Files.writeString(folder.resolve("disk.raw"), "former");
        var export = new DiskExport(processes, Clock.systemUTC(), where -> 1 << 20);
        assertThatThrownBy(() -> export(export, source, DiskFormat.RAW, target, line -> {}))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("has 1 MiB free, but the disks need 16")
                .extracting(failure -> ((Failure) failure).kind())
                .isEqualTo(Failure.Kind.HOST);
        assertThat(target).hasContent("former");
    }

    @Test
    void refusesATruncatedSource() throws IOException {
        var source = diskWithData();
        try (var file = new RandomAccessFile(source.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        var target = folder.resolve("kvm.qcow2");
        assertThatThrownBy(() -> export(source, target, line -> {})).isInstanceOf(Failure.class);
        assertThat(target).doesNotExist();
        assertThat(target.resolveSibling("kvm.qcow2.part")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "extended_l2=on, format.extended-l2",
        "compression_type=zstd, format.compression",
        "compat=0.10, format.version",
        "cluster_size=2M, format.clusters",
    })
    void reportsOptionsOutsideTheProfile(String option, String id) {
        var disk = folder.resolve("other.qcow2");
        processes.check(Command.of("qemu-img", "create", "-f", "qcow2", "-o", option, disk.toString(), "64M"));
        assertThat(failed(disk)).contains(id);
    }

    @Test
    void reportsAnExternalDataFileWithoutOpeningIt() {
        var disk = folder.resolve("external.qcow2");
        var option = "data_file=" + folder.resolve("data.raw");
        processes.check(Command.of("qemu-img", "create", "-f", "qcow2", "-o", option, disk.toString(), "64M"));
        assertThat(failed(disk)).contains("format.external-data", "format.cloudstack-features");
        assertThat(log()).doesNotExist();
    }

    @Test
    void reportsASnapshot() throws IOException {
        var disk = diskWithData();
        processes.check(Command.of("qemu-img", "snapshot", "-c", "former", disk.toString()));
        assertThat(failed(disk)).contains("format.snapshots").doesNotContain("format.qemu-info");
    }

    @Test
    void reportsTruncatedData() throws IOException {
        var target = folder.resolve("kvm.qcow2");
        export(diskWithData(), target, line -> {});
        try (var file = new RandomAccessFile(target.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        assertThat(failed(target)).isNotEmpty();
    }

    @Test
    void reportsARawDiskWithAQcow2Name() throws IOException {
        var disk = Files.write(folder.resolve("raw.qcow2"), new byte[1 << 20]);
        assertThat(failed(disk)).containsExactly("format.name", "format.header");
    }

    @Test
    void reportsAWrongVirtualSize() throws IOException {
        var findings = new FormatCheck(processes).check(diskWithData(), ByteSize.ofGiB(4), log());
        assertThat(findings)
                .filteredOn(CheckResult::isFailed)
                .extracting(CheckResult::id)
                .containsExactly("format.virtual-size");
    }

    @Test
    void growsADisk() throws IOException {
        var disk = diskWithData();
        var qemu = new QemuImg(processes, log());
        qemu.resize(disk, "qcow2", ByteSize.ofMiB(96));
        assertThat(qemu.info(disk, "qcow2").virtualSize())
                .isEqualTo(ByteSize.ofMiB(96).bytes());
    }

    private void export(Path source, Path target, Consumer<String> activity) {
        export(new DiskExport(processes, Clock.systemUTC()), source, DiskFormat.QCOW2, target, activity);
    }

    private void export(DiskExport export, Path source, DiskFormat format, Path target, Consumer<String> activity) {
        try (var reader = Qcow2Reader.open(source)) {
            var output = new Output(format, Content.of(reader), target, OvaMachine.ofUnknown("test"));
            export.run(reader, List.of(output), log(), activity);
        }
    }

    private List<String> failed(Path disk) {
        return new FormatCheck(processes)
                .check(disk, null, log()).stream()
                        .filter(CheckResult::isFailed)
                        .map(CheckResult::id)
                        .toList();
    }

    /** 64 MiB, of which 8 are random and 8 compress well. */
    private Path diskWithData() throws IOException {
        var raw = folder.resolve("data.img");
        var noise = new byte[8 << 20];
        new Random(1).nextBytes(noise);
        try (var file = new RandomAccessFile(raw.toFile(), "rw")) {
            file.write(noise);
            file.write("compressible ".repeat((8 << 20) / 13).getBytes(StandardCharsets.UTF_8));
            file.setLength(64 << 20);
        }
        var disk = folder.resolve("source.qcow2");
        processes.check(Command.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), disk.toString()));
        return disk;
    }

    private Path log() {
        return folder.resolve("qemu-img.log");
    }
}
