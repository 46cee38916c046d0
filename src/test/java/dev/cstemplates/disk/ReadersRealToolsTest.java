package dev.cstemplates.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.disk.ova.OvaImage;
import dev.cstemplates.disk.ova.VmdkImage;
import dev.cstemplates.disk.ova.VmdkReader;
import dev.cstemplates.disk.qcow2.Qcow2Image;
import dev.cstemplates.disk.qcow2.Qcow2Reader;
import dev.cstemplates.disk.raw.RawReader;
import dev.cstemplates.disk.vhd.VhdImage;
import dev.cstemplates.disk.vhd.VhdReader;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our readers on disks that the real qemu-img wrote. */
@Tag("real-tools")
final class ReadersRealToolsTest {

    private static final int SIZE = 24 << 20;

    private final Processes processes = new Processes();

    @TempDir
    private Path folder;

    @AfterEach
    void end() {
        processes.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-o compat=1.1",
                "-o compat=0.10",
                "-o cluster_size=512",
                "-o cluster_size=4k",
                "-o cluster_size=2M",
                "-c",
                "-c -o compat=0.10",
                "-c -o cluster_size=512",
                "-c -o cluster_size=2M",
                "-o preallocation=metadata",
                "-S 0",
                "-o lazy_refcounts=on,refcount_bits=1",
            })
    void readsQcow2(String options) throws IOException {
        var content = content(SIZE + 512 * 3);
        var disk = convert(content, "qcow2", options);
        try (var reader = Qcow2Reader.open(disk)) {
            assertThat(Arrays.equals(Contents.of(reader), content)).isTrue();
            assertThat(Contents.differenceInPieces(reader, content, 1)).isEmpty();
            var zeroes = Contents.zeroes(reader, content, 512);
            if (!options.contains("preallocation") && !options.contains("-S 0")) {
                assertThat(zeroes).isGreaterThan(SIZE / 2 - (4 << 20));
            }
        }
    }

    @Test
    void readsZeroClustersAndALargerOverlay() throws IOException {
        var content = content(SIZE);
        var base = convert(content, "qcow2", "-c");
        var overlay = folder.resolve("overlay.qcow2");
        run(
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                "qcow2",
                "-b",
                base.toString(),
                overlay.toString(),
                SIZE + (3 << 20) + "");
        qemuIo(
                overlay,
                "write -P 7 1000000 70000",
                "write -z 0 262144",
                "write -P 9 " + (SIZE + 100_000) + " 512",
                "discard 131072 65536");
        var raw = folder.resolve("merged.img");
        run("convert", "-f", "qcow2", "-O", "raw", overlay.toString(), raw.toString());
        var expected = Files.readAllBytes(raw);
        try (var below = Qcow2Reader.open(base);
                var reader = Qcow2Reader.open(overlay, below)) {
            assertThat(Arrays.equals(Contents.of(reader), expected)).isTrue();
            assertThat(Contents.differenceInPieces(reader, expected, 2)).isEmpty();
            Contents.zeroes(reader, expected, 512);
            assertThat(reader.isOwn(0)).isTrue();
            assertThat(reader.isOwn(1_000_000)).isTrue();
            assertThat(reader.isOwn(SIZE / 2)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "subformat=dynamic",
                "subformat=fixed",
                "subformat=dynamic,force_size=on",
                "subformat=fixed,force_size=on"
            })
    void readsVhd(String options) throws IOException {
        var content = content(SIZE);
        var disk = convert(content, "vpc", "-o " + options);
        try (var reader = VhdReader.open(disk);
                var raw = RawReader.open(folder.resolve("content.img"))) {
            assertThat(DiskComparison.firstDifference(reader, raw, at -> {})).isEmpty();
            if (options.contains("dynamic")) {
                assertThat(Contents.zeroes(reader, Contents.of(reader), 512)).isPositive();
            }
            assertThat(failed(disk)).contains("format.vhd-creator").doesNotContain("format.qemu-info");
        }
    }

    /** An independent check of our test files: if libvhdi rejects them, our reader misinterprets the format. */
    @Test
    void libvhdiAgreesWithOurReader() throws IOException {
        var sample = new VhdImage(6 << 20, 2 << 20)
                .full(1, Sample.noise(2 << 20, 1))
                .block(0, Sample.noise(2 << 20, 2), 3)
                .sample();
        var disk = Files.write(folder.resolve("tap.vhd"), sample.file());
        var info = processes.check(Command.of("vhdiinfo", disk.toString())).output();
        assertThat(info).contains("Dynamic").contains("6291456 bytes");
        assertThat(failed(disk)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"streamOptimized", "monolithicSparse"})
    void readsVmdk(String subformat) throws IOException {
        var content = content(SIZE + 512 * 3);
        var disk = convert(content, "vmdk", "-o subformat=" + subformat);
        try (var reader = VmdkReader.open(disk)) {
            assertThat(Arrays.equals(Contents.of(reader), content)).isTrue();
            assertThat(Contents.differenceInPieces(reader, content, 1)).isEmpty();
            assertThat(Contents.zeroes(reader, content, 512)).isGreaterThan(SIZE / 2 - (4 << 20));
        }
    }

    /** The reverse: QEMU reads our hand-made files as our reader does. */
    @Test
    void qemuAgreesOnHandMadeFiles() throws IOException {
        var samples = Map.of(
                "qcow2", Qcow2Image.mixed(3, 16).sample(),
                "vmdk", VmdkImage.mixed(65_536).sample());
        for (var sample : samples.entrySet()) {
            var disk = Files.write(folder.resolve("sample"), sample.getValue().file());
            var raw = folder.resolve("sample.img");
            run("convert", "-f", sample.getKey(), "-O", "raw", disk.toString(), raw.toString());
            assertThat(Files.readAllBytes(raw))
                    .as(sample.getKey())
                    .isEqualTo(sample.getValue().content());
        }
    }

    @Test
    void tarAgreesWithOurReader() throws IOException {
        var disk = VmdkImage.mixed(65_536).sample();
        var ova = Files.write(
                folder.resolve("disk.ova"), new OvaImage(disk).sample().file());
        processes.check(Command.of("tar", "-xf", ova.toString(), "-C", folder.toString()));
        assertThat(Files.readAllBytes(folder.resolve("disk.vmdk"))).isEqualTo(disk.file());
        assertThat(failed(ova)).isEmpty();
    }

    @Test
    void aMisleadingNameFailsAndTheContentIsChecked() throws IOException {
        var vhd = VhdImage.mixed(2 << 20).sample().file();

        var rightly = failed(Files.write(folder.resolve("disk.vhd"), vhd));
        var wrongly = failed(Files.write(folder.resolve("disk.qcow2"), vhd));

        assertThat(rightly).doesNotContain("format.name", "format.header");
        assertThat(wrongly).contains("format.name").containsAll(rightly).doesNotContain("format.header");
    }

    private List<String> failed(Path disk) {
        return new FormatCheck(processes)
                .check(disk, null, folder.resolve("qemu-img.log")).stream()
                        .filter(CheckResult::isFailed)
                        .map(CheckResult::id)
                        .toList();
    }

    private Path convert(byte[] content, String format, String options) throws IOException {
        var raw = folder.resolve("content.img");
        try (var file = new RandomAccessFile(raw.toFile(), "rw")) {
            file.write(content);
        }
        var target = folder.resolve("disk." + format);
        var arguments = new ArrayList<>(List.of("convert", "-f", "raw", "-O", format));
        arguments.addAll(List.of(options.split(" ")));
        arguments.addAll(List.of(raw.toString(), target.toString()));
        run(arguments.toArray(String[]::new));
        return target;
    }

    private void run(String... arguments) {
        processes.check(Command.of("qemu-img").with(arguments));
    }

    private void qemuIo(Path disk, String... orders) {
        var arguments = new ArrayList<>(List.of("-f", "qcow2"));
        for (var order : orders) {
            arguments.addAll(List.of("-c", order));
        }
        arguments.add(disk.toString());
        processes.check(Command.of("qemu-io").with(arguments.toArray(String[]::new)));
    }

    /** Noise, text, holes and data in the last sector. */
    private static byte[] content(int size) {
        var content = new byte[size];
        System.arraycopy(Sample.noise(3 << 20, 1), 0, content, 0, 3 << 20);
        System.arraycopy(Sample.text(5 << 20), 0, content, 4 << 20, 5 << 20);
        System.arraycopy(Sample.noise(70_000, 2), 0, content, 10_000_000, 70_000);
        System.arraycopy(Sample.noise(512, 3), 0, content, size - 512, 512);
        return content;
    }
}
