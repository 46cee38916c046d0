package dev.cstemplates.validation.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.SharedImage;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.guest.HypervisorProfile;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.validation.report.Attachment;
import dev.cstemplates.validation.router.Fault;
import dev.cstemplates.validation.target.Expectations;
import dev.cstemplates.validation.target.ValidationTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Boots real guests. The build of the shared image already proved that it passes all boots. */
@Tag("real-tools")
@Tag("shared-image")
class BootValidationTest {

    @TempDir
    Path folder;

    @Test
    void routerFaultsFailTheValidation() {
        try (var processes = new Processes()) {
            var outcome = new BootValidation(processes)
                    .runOnceWith(
                            Set.of(
                                    Fault.SILENT_PASSWORD_SERVER,
                                    Fault.NO_DATA_SERVER_NAME,
                                    Fault.WRONG_HOSTNAME,
                                    Fault.NO_USER_DATA),
                            request(templateDisk()),
                            System.err::println);

            assertThat(outcome.checks())
                    .filteredOn(check -> check.status() == Status.FAILED)
                    .extracting(CheckResult::id)
                    .contains("boot1.password", "boot1.password-acknowledged", "boot1.hostname", "boot1.user-data");
            // A failure if the guest queries the name, else a warning: many resolvers do not query it.
            assertThat(outcome.checks())
                    .filteredOn(check -> check.id().equals("boot1.data-server"))
                    .singleElement()
                    .satisfies(check -> assertThat(check.status()).isNotEqualTo(Status.PASSED));
        }
    }

    /** With the buses and DMI tables of its hypervisor: cloud-init must find the router although nothing names CloudStack. */
    @ParameterizedTest
    @CsvSource({"XENSERVER, vpc", "VMWARE, vmdk"})
    void variantBootsFromItsOwnDisk(Hypervisor hypervisor, String format) {
        try (var processes = new Processes()) {
            var file = SharedImage.get().disk(hypervisor);
            if (hypervisor == Hypervisor.VMWARE) {
                processes.check(Command.of("tar", "-xf", file.toString(), "-C", folder.toString()));
                // Named by the export, not by the store.
                file = folder.resolve("vmware.vmdk");
            }
            var outcome = new BootValidation(processes)
                    .runOnceWith(
                            Set.of(), request(file, format, hypervisor, Duration.ofMinutes(12)), System.err::println);

            assertThat(outcome.checks())
                    .filteredOn(check -> check.status() == Status.FAILED)
                    .isEmpty();
            assertThat(outcome.checks())
                    .filteredOn(check -> check.status() == Status.PASSED)
                    .extracting(CheckResult::id)
                    .contains("boot1.ssh-key", "boot1.password", "boot1.user-data", "boot1.root-grown");
        }
    }

    @Test
    void diskThatDoesNotBootFailsWithItsSerialLog() {
        try (var processes = new Processes()) {
            var outcome = new BootValidation(processes)
                    .run(request(emptyDisk(processes), Duration.ofSeconds(6)), activity -> {});

            assertThat(outcome.checks())
                    .filteredOn(check -> check.id().equals("boot1.ssh-key"))
                    .singleElement()
                    .satisfies(check -> assertThat(check.status()).isEqualTo(Status.FAILED));
            assertThat(outcome.attachments()).extracting(Attachment::name).contains("boot-1-screen.png");
        }
    }

    @Test
    void missingDiskIsAFailure() {
        try (var processes = new Processes()) {
            assertThatThrownBy(
                            () -> new BootValidation(processes).run(request(Path.of("/no/disk.qcow2")), activity -> {}))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("/no/disk.qcow2");
        }
    }

    @Test
    void interruptingEndsEverything() throws InterruptedException {
        try (var processes = new Processes()) {
            var disk = emptyDisk(processes);
            var booting = new CountDownLatch(1);
            var worker = Thread.ofPlatform().start(() -> {
                try {
                    new BootValidation(processes)
                            .run(request(disk, Duration.ofMinutes(5)), activity -> booting.countDown());
                } catch (Failure e) {
                    assertThat(e.kind()).isEqualTo(Failure.Kind.CANCELLED);
                }
            });
            assertThat(booting.await(60, TimeUnit.SECONDS)).isTrue();
            worker.interrupt();
            assertThat(worker.join(Duration.ofSeconds(20))).isTrue();
            assertThat(ProcessHandle.current().descendants()).isEmpty();
        }
    }

    private BootRequest request(Path disk) {
        return request(disk, Duration.ofMinutes(12));
    }

    private BootRequest request(Path disk, Duration limit) {
        return request(disk, "qcow2", Hypervisor.KVM, limit);
    }

    private BootRequest request(Path disk, String format, Hypervisor hypervisor, Duration limit) {
        var expected = new Expectations(
                Architecture.X86_64,
                "debian",
                "12",
                "apt",
                ByteSize.ofGiB(4),
                "x86-64-v1",
                2,
                ByteSize.ofGiB(1),
                "debian",
                true,
                List.of(),
                List.of(),
                limit,
                1);
        return new BootRequest(
                new ValidationTarget(disk, format, expected, Accelerator.TCG),
                HypervisorProfile.of(hypervisor),
                Path.of("scripts/validation/online"),
                folder.resolve("boot"));
    }

    private Path emptyDisk(Processes processes) {
        var disk = folder.resolve("empty.qcow2");
        processes.check(Command.of("qemu-img", "create", "-q", "-f", "qcow2", disk.toString(), "4G"));
        return disk;
    }

    private static Path templateDisk() {
        return SharedImage.get().kvm();
    }
}
