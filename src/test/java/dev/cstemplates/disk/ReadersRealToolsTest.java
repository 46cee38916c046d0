package dev.cstemplates.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.host.Command;
import dev.cstemplates.host.Processes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that the real qemu-img wrote, read by our own readers. */
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
    void readsZeroClustersAndAnOverlayThatIsLarger() throws IOException {
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

    private Path convert(byte[] content, String format, String options) throws IOException {
        var raw = folder.resolve("content.img");
        try (var file = new RandomAccessFile(raw.toFile(), "rw")) {
            file.write(content);
        }
        var target = folder.resolve("disk." + format);
        var words = new ArrayList<>(List.of("convert", "-f", "raw", "-O", format));
        words.addAll(List.of(options.split(" ")));
        words.addAll(List.of(raw.toString(), target.toString()));
        run(words.toArray(String[]::new));
        return target;
    }

    private void run(String... words) {
        processes.check(Command.of("qemu-img").with(words));
    }

    private void qemuIo(Path disk, String... orders) {
        var words = new ArrayList<>(List.of("-f", "qcow2"));
        for (var order : orders) {
            words.addAll(List.of("-c", order));
        }
        words.add(disk.toString());
        processes.check(Command.of("qemu-io").with(words.toArray(String[]::new)));
    }

    /** Noise, text, holes and a last sector that is used. */
    private static byte[] content(int size) {
        var content = new byte[size];
        System.arraycopy(Sample.noise(3 << 20, 1), 0, content, 0, 3 << 20);
        System.arraycopy(Sample.text(5 << 20), 0, content, 4 << 20, 5 << 20);
        System.arraycopy(Sample.noise(70_000, 2), 0, content, 10_000_000, 70_000);
        System.arraycopy(Sample.noise(512, 3), 0, content, size - 512, 512);
        return content;
    }
}
