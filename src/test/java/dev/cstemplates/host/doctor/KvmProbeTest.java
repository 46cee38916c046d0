package dev.cstemplates.host.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.host.GuestKernel;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvmProbeTest {

    private static final String FIRMWARE = "echo 'SeaBIOS (version 1.16.2)'; echo 'Booting from ROM...'; ";
    private static final String FIRST_LINE = "echo '[    0.000000] Linux version 6.1.0'; ";
    private static final String LAST_LINE =
            "echo '[    1.2] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)'; ";
    private static final Duration SHORT = Duration.ofMillis(900);
    private static final String HANG = "exec /bin/sleep 60";

    @TempDir
    Path root;

    /** Long enough for a script on a busy machine; tests whose script hangs use a shorter one. */
    private Duration limit = Duration.ofSeconds(20);

    private final Processes processes = new Processes();
    private FakeHost host = new FakeHost(Path.of("/nowhere"));

    @BeforeEach
    void start() {
        host = FakeHost.debian(root)
                .file("/dev/kvm", "")
                .file("/boot/vmlinuz-6.1.0", "a kernel")
                .file("/proc/sys/kernel/random/boot_id", "first start");
    }

    @AfterEach
    void stop() {
        processes.close();
    }

    @Test
    void usesKvmIfAKernelBoots() {
        qemu(FIRMWARE + FIRST_LINE + LAST_LINE);

        assertThat(probe().verdict()).isEqualTo(new KvmProbe.Verdict(Accelerator.KVM, "", ""));
    }

    @Test
    void runningFirmwareIsNotEnough() {
        qemu(FIRMWARE + HANG);
        limit = SHORT;

        assertEmulation("Firmware runs under KVM, but no Linux kernel does");
    }

    @Test
    void aKernelsFirstLineIsNotEnough() {
        qemu(FIRMWARE + FIRST_LINE + HANG);
        limit = SHORT;

        assertEmulation("hangs while booting");
    }

    @Test
    void silenceIsNotEnough() {
        qemu(HANG);
        limit = SHORT;

        assertEmulation("no Linux kernel does");
    }

    @Test
    void reportsQemusError() {
        qemu("echo 'qemu-system: failed to initialize kvm: Invalid argument' >&2; exit 1");

        assertEmulation("failed to initialize kvm: Invalid argument");
    }

    @Test
    void reportsAMissingDevice() throws IOException {
        qemu(FIRST_LINE + LAST_LINE);
        host.without("/dev/kvm");

        assertEmulation("/dev/kvm is missing");
    }

    @Test
    void reportsMissingPermissionWithTheFix() throws IOException {
        qemu(FIRST_LINE + LAST_LINE);
        var device = root.resolve("dev/kvm");
        Files.setPosixFilePermissions(device, Set.of());
        assumeThat(Files.isReadable(device)).as("root is permitted everything").isFalse();

        var verdict = new KvmProbe(host.as("ada"), processes, home(), Duration.ofSeconds(1)).verdict();

        assertThat(verdict.accelerator()).isEqualTo(Accelerator.TCG);
        assertThat(verdict.remedy()).contains("sudo usermod -aG kvm ada");
    }

    @Test
    void reportsAMissingKernel() throws IOException {
        qemu(FIRST_LINE + LAST_LINE);
        host.without("/boot/vmlinuz-6.1.0");

        assertEmulation("No Linux kernel in /boot is readable");
    }

    @Test
    void findsFedorasKernelInItsModuleFolder() throws IOException {
        qemu(FIRST_LINE + LAST_LINE);
        host.without("/boot/vmlinuz-6.1.0").file("/usr/lib/modules/6.15.3-200.fc42.x86_64/vmlinuz", "a kernel");

        assertThat(probe().verdict().accelerator()).isEqualTo(Accelerator.KVM);
    }

    @Test
    void reportsMissingQemuUntilItIsInstalled() {
        var probe = probe();
        assertThat(probe.verdict().reason()).contains("is not installed");

        qemu(FIRMWARE + FIRST_LINE + LAST_LINE);
        assertThat(probe.verdict().accelerator()).isEqualTo(Accelerator.KVM);
    }

    @Test
    void cachesTheResultUntilTheNextBoot() {
        qemu("[ ! -e %s ] || %s; ".formatted(root.resolve("hang"), HANG) + FIRMWARE + FIRST_LINE + LAST_LINE);
        assertThat(probe().verdict().accelerator()).isEqualTo(Accelerator.KVM);

        host.file("/hang", "");
        limit = SHORT;
        assertThat(probe().verdict().accelerator()).isEqualTo(Accelerator.KVM);

        host.file("/proc/sys/kernel/random/boot_id", "second start");
        assertThat(probe().verdict().accelerator()).isEqualTo(Accelerator.TCG);
    }

    @Test
    void probesAgainAfterQemuChanged() {
        qemu(FIRMWARE + FIRST_LINE + LAST_LINE);
        assertThat(probe().verdict().accelerator()).isEqualTo(Accelerator.KVM);

        qemu(HANG);
        limit = SHORT;
        assertThat(probe().verdict().accelerator()).isEqualTo(Accelerator.TCG);
    }

    @Test
    void probesAgainIfTheCacheIsInvalid() {
        qemu(FIRMWARE + FIRST_LINE + LAST_LINE);
        host.file("/home/host/kvm.json", "{\"circumstances\": nonsense");

        assertThat(probe().verdict().accelerator()).isEqualTo(Accelerator.KVM);
    }

    @Test
    void reportsTheReasonOnce() throws IOException {
        host.without("/dev/kvm");
        var probe = probe();
        var notices = new ArrayList<String>();

        assertThat(probe.accelerator(Architecture.ofThisHost(), notices::add)).isEqualTo(Accelerator.TCG);
        assertThat(probe.accelerator(Architecture.ofThisHost(), notices::add)).isEqualTo(Accelerator.TCG);

        assertThat(notices).singleElement().asString().contains("/dev/kvm is missing");
    }

    /** A QEMU that does {@code body}. */
    private void qemu(String body) {
        host.program(GuestKernel.emulator(Architecture.ofThisHost()), body);
    }

    private void assertEmulation(String reason) {
        var verdict = probe().verdict();
        assertThat(verdict.accelerator()).isEqualTo(Accelerator.TCG);
        assertThat(verdict.reason()).contains(reason);
    }

    private KvmProbe probe() {
        return new KvmProbe(host.host(), processes, home(), limit);
    }

    private CstHome home() {
        return new CstHome(root.resolve("home"));
    }
}
