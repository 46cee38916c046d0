package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.UserEmulator;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibguestfsTest {

    private final Processes processes = new Processes();

    @TempDir
    Path folder;

    @AfterEach
    void endPrograms() {
        processes.close();
    }

    @Test
    void doesNotUseKvmIfItDoesNotWork() {
        assertThat(libguestfs(Accelerator.TCG).environment())
                .containsEntry("LIBGUESTFS_BACKEND", "direct")
                .containsEntry("LIBGUESTFS_BACKEND_SETTINGS", "force_tcg")
                .containsEntry("TMPDIR", folder.resolve("work").toString());
        assertThat(libguestfs(Accelerator.KVM).environment()).doesNotContainKey("LIBGUESTFS_BACKEND_SETTINGS");
    }

    @Test
    void missingKernelIsAHostFailure() {
        assertThatThrownBy(() -> fail("supermin: failed to find a suitable kernel (host_cpu=x86_64)."))
                .isInstanceOfSatisfying(Failure.class, e -> {
                    assertThat(e.kind()).isEqualTo(Failure.Kind.HOST);
                    assertThat(e.remedy()).contains("cst doctor --fix");
                });
    }

    @Test
    void unreadableKernelIsReportedWithTheFix() {
        assertThatThrownBy(() -> fail("cp: cannot open '/boot/vmlinuz-6.8.0-1' for reading: Permission denied"))
                .isInstanceOfSatisfying(
                        Failure.class, e -> assertThat(e.remedy()).contains("sudo chmod a+r /boot/vmlinuz-*"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        HOST  | true  | virt-sparsify: error: libguestfs error: qemu-img: /w/x.qcow2: write failed: No space left on device
        HOST  | true  | qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory
        HOST  | true  | libguestfs: error: appliance closed the connection unexpectedly.
        HOST  | true  | qemu-img: Could not open 'x.qcow2': Failed to get "write" lock
        HOST  | false | guestfish: guestfs_launch failed, see earlier error messages
        BUILD | false | virt-sysprep: error: no operating systems were found in the guest image
        BUILD | false | guestfish: mount: mount exited with status 32: mount: wrong fs type, bad option, bad superblock
        """)
    void distinguishesTransientFailures(Failure.Kind kind, boolean isTransient, String message) {
        assertThatThrownBy(() -> fail(message)).isInstanceOfSatisfying(Failure.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.isTransient()).isEqualTo(isTransient);
            assertThat(e.remedy()).isNotBlank();
        });
    }

    @Test
    void failureInTheGuestIsABuildFailureThatNamesTheLog() {
        assertThatThrownBy(() -> fail("virt-sysprep: error: /root/10-identity.sh: command exited with an error"))
                .isInstanceOfSatisfying(Failure.class, e -> {
                    assertThat(e.kind()).isEqualTo(Failure.Kind.BUILD);
                    assertThat(e.message()).contains("10-identity.sh");
                    assertThat(e.remedy()).contains("x.log");
                });
    }

    @Test
    void guestsOfThisArchitectureNeedNoEmulator() {
        try (var none = ForeignArchSupport.of(Architecture.ofThisHost(), folder)) {
            assertThat(none.options()).isEmpty();
            assertThat(none.begin(List.of("run", "sh true"))).containsExactly("run", "sh true");
        }
    }

    /** The header of every aarch64 program, from the ELF specification: class, byte order, type and machine. */
    @Test
    void emulatorIsRegisteredForItsArchitecture() {
        var emulator = new UserEmulator(Architecture.AARCH64, Path.of("/usr/bin/qemu-aarch64-static"));

        assertThat(emulator.registration("/tmp/e"))
                .startsWith(":cst:M::\\x7fELF\\x02\\x01\\x01\\x00")
                .contains("\\x02\\x00\\xb7\\x00:")
                .endsWith(":/tmp/e:OCF");
    }

    private void fail(String message) {
        libguestfs(Accelerator.TCG)
                .run(
                        List.of("sh", "-c", "echo \"$1\" >&2; exit 1", "sh", message),
                        folder.resolve("x.log"),
                        Duration.ofMinutes(1),
                        line -> {});
    }

    private Libguestfs libguestfs(Accelerator accelerator) {
        return new Libguestfs(processes, accelerator, Architecture.ofThisHost(), folder.resolve("work"));
    }
}
