package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceExhaustionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu-img: error while writing at byte 0: No space left on device",
                "write /b/disk.qcow2: no space left on device",
                "cp: error writing 'x': Disk quota exceeded",
                "qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory",
                "open /x: Too many open files",
                "qemu-img: Could not open 'x': Failed to get shared \"write\" lock"
            })
    void exhaustedResourceIsATransientFailure(String output) {
        try (var processes = new Processes()) {
            assertThatThrownBy(() -> processes.check(Command.of("sh", "-c", "echo \"$0\" >&2; exit 1", output)))
                    .isInstanceOfSatisfying(Failure.class, failure -> {
                        assertThat(failure.kind()).isEqualTo(Failure.Kind.HOST);
                        assertThat(failure.isTransient()).isTrue();
                        assertThat(failure.message()).contains(output);
                        assertThat(failure.remedy()).isNotBlank();
                    });
        }
    }

    /** {@code /sys} never has free space. */
    @Test
    void programBlockedByAFullDiskIsKilled() {
        try (var processes = new Processes()) {
            var stuck = Command.of("sleep", "600").endOnFullDisk(Path.of("/sys"), Duration.ofMillis(600));

            assertThatThrownBy(() -> processes.run(stuck)).isInstanceOfSatisfying(Failure.class, failure -> {
                assertThat(failure.message()).contains("disk is full", "'sleep' was blocked", "/sys");
                assertThat(failure.isTransient()).isTrue();
            });
            var working = Command.of("sleep", "2").endOnFullDisk(Path.of("/"), Duration.ZERO);
            assertThat(processes.run(working).succeeded()).isTrue();
        }
    }

    @Test
    void otherErrorsAreNotTransient() {
        assertThat(ResourceExhaustion.in("qemu-img: Could not open 'x': Image is not in qcow2 format"))
                .isEmpty();
    }

    /** {@code /dev/full} fails every write as a full disk does. */
    @Test
    void fullDiskIsATransientFailure() {
        var full = new IOException();
        try {
            Files.write(Path.of("/dev/full"), new byte[1]);
        } catch (IOException e) {
            full = e;
        }

        var failure = Failure.host("The layer can't be written: " + full, "").because(full);

        assertThat(failure.isTransient()).isTrue();
        assertThat(Failure.host("The layer can't be written", "")
                        .because(new IOException("Permission denied"))
                        .isTransient())
                .isFalse();
    }
}
