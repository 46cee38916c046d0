package dev.cstemplates.host.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.doctor.CheckResult.Status;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

    @TempDir
    Path root;

    private final Processes processes = new Processes();
    private FakeHost fake = new FakeHost(Path.of("/nowhere"));

    @BeforeEach
    void completeHost() {
        fake = FakeHost.debian(root)
                .program("packer", "echo 'Packer v1.6.6'")
                .program("qemu-system-x86_64", "echo 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)'")
                .program("qemu-system-aarch64", "echo 'QEMU emulator version 7.2.22'")
                .program("qemu-img", "echo 'qemu-img version 7.2.22'")
                .program("guestfish", "echo 'guestfish 1.48.6'")
                .program("virt-sysprep", "echo 'virt-sysprep 1.48.2'")
                .program("virt-sparsify", "echo 'virt-sparsify 1.48.2'")
                .program("xorriso", "echo 'xorriso 1.5.4'")
                .program("mmdebstrap", "echo 'mmdebstrap 1.3.5'")
                .program("newuidmap", "true")
                .program("dnsmasq", "echo 'Dnsmasq version 2.90'")
                .program("unshare", "echo 'unshare from util-linux 2.38.1'")
                .program("ip", "echo 'ip utility, iproute2-6.1.0'")
                .program("shellcheck", "echo 'version: 0.9.0'")
                .program("vhdiinfo", "echo 'vhdiinfo 20210425'")
                .program("busybox", "true")
                .program("dnf", "")
                .program("zypper", "")
                .program("rpmbuild", "")
                .program("createrepo_c", "")
                .file("/boot/vmlinuz-6.1.0", "a kernel")
                .file("/dev/net/tun", "")
                .file("/usr/share/OVMF/OVMF_CODE_4M.fd", "")
                .file("/usr/share/OVMF/OVMF_VARS_4M.fd", "")
                .file("/usr/share/AAVMF/AAVMF_CODE.fd", "")
                .file("/usr/share/AAVMF/AAVMF_VARS.fd", "")
                .file("/usr/share/keyrings/debian-archive-keyring.gpg", "")
                .file("/usr/share/keyrings/ubuntu-archive-keyring.gpg", "")
                .file("/proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n");
    }

    @AfterEach
    void stop() {
        processes.close();
    }

    @Test
    void findsNothingToMendOnACompleteHost() {
        var diagnosis = examine();

        assertThat(diagnosis.isFit()).isTrue();
        assertThat(diagnosis.mendingSteps()).isEmpty();
        assertThat(finding(diagnosis, "packer").found()).isEqualTo("1.6.6");
        assertThat(finding(diagnosis, "packer").purpose()).isNotBlank();
        assertThat(finding(diagnosis, "KVM").status()).isEqualTo(Status.WARN);
    }

    @Test
    void namesOneCommandForAllThatIsMissing() throws IOException {
        fake.without("/bin/qemu-img").without("/bin/virt-sysprep").without("/bin/guestfish");

        var diagnosis = examine();

        assertThat(diagnosis.isFit()).isFalse();
        assertThat(finding(diagnosis, "qemu-img").status()).isEqualTo(Status.MISSING);
        assertThat(finding(diagnosis, "qemu-img").remedy(fake.as("ada")))
                .isEqualTo("sudo apt-get update && sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y"
                        + " --no-install-recommends qemu-utils");
        assertThat(FixCommand.line(diagnosis.mendingSteps(), true))
                .isEqualTo("apt-get update && env DEBIAN_FRONTEND=noninteractive apt-get install -y"
                        + " --no-install-recommends qemu-utils libguestfs-tools");
    }

    @Test
    void speaksTheHostsPackageManager() throws IOException {
        fake.without("/bin/qemu-img").without("/bin/shellcheck");

        fake.file("/etc/os-release", "ID=fedora");
        assertThat(FixCommand.line(examine().mendingSteps(), true)).isEqualTo("dnf install -y qemu-img ShellCheck");
        fake.file("/etc/os-release", "ID=opensuse-leap");
        assertThat(FixCommand.line(examine().mendingSteps(), true))
                .isEqualTo("zypper --non-interactive install --no-recommends qemu-img ShellCheck");
        fake.file("/etc/os-release", "ID=slackware");
        assertThat(examine().mendingSteps()).isEmpty();
        assertThat(finding(examine(), "qemu-img").remedy(fake.host())).contains("install it by hand");
    }

    @Test
    void toolsForOtherTargetsAreNotInstalledUnasked() throws IOException {
        fake.without("/bin/qemu-system-aarch64")
                .without("/usr/share/AAVMF/AAVMF_CODE.fd")
                .without("/usr/share/keyrings/ubuntu-archive-keyring.gpg");

        var diagnosis = examine();

        assertThat(diagnosis.isFit()).isTrue();
        assertThat(finding(diagnosis, "qemu-system-aarch64").status()).isEqualTo(Status.WARN);
        assertThat(finding(diagnosis, "qemu-system-aarch64").remedy(fake.host()))
                .contains("qemu-system-arm");
        assertThat(diagnosis.mendingSteps()).isEmpty();
    }

    @Test
    void refusesVersionsThatAreTooOldAndProgramsThatOnlyShareAName() {
        fake.program("qemu-system-x86_64", "echo 'QEMU emulator version 5.2.0'")
                .program("virt-sysprep", "echo 'virt-sysprep 1.40.2'")
                .program("packer", "echo 'skipping line: 1'");

        var diagnosis = examine();

        assertThat(finding(diagnosis, "qemu-system-x86_64").found()).isEqualTo("5.2 is too old, 6.0 is needed");
        assertThat(finding(diagnosis, "virt-sysprep").status()).isEqualTo(Status.MISSING);
        assertThat(finding(diagnosis, "packer").found()).contains("another program of that name");
        assertThat(diagnosis.isFit()).isFalse();
    }

    @Test
    void wantsThePluginOfLaterPackersAndRefusesTheBrokenOne() {
        packerWithPlugins("1.14.1", "");
        assertThat(finding(examine(), "packer plugin qemu").status()).isEqualTo(Status.MISSING);
        assertThat(finding(examine(), "packer plugin qemu").remedy(fake.as("ada")))
                .isEqualTo("packer plugins install github.com/hashicorp/qemu 1.1.1");

        packerWithPlugins("1.14.1", "1.1.1 1.1.2");
        assertThat(finding(examine(), "packer plugin qemu").status()).isEqualTo(Status.MISSING);
        assertThat(finding(examine(), "packer plugin qemu").found()).contains("1.1.2 is refused");

        packerWithPlugins("1.14.1", "1.1.2 1.1.4");
        assertThat(finding(examine(), "packer plugin qemu").found()).isEqualTo("1.1.4");

        packerWithPlugins("1.8.7", "");
        assertThat(finding(examine(), "packer plugin qemu").status()).isEqualTo(Status.OK);
    }

    @Test
    void getsPackerFromItsMakerWhereDebianHasNone() throws IOException {
        fake.without("/bin/packer")
                .file("/var/lib/apt/lists/mirror.example.org_dists_trixie_main_Packages", "")
                .program("apt-cache", "[ \"$2\" = packer ] || echo '  Candidate: 1'");

        var steps = FixCommand.line(examine().mendingSteps(), false);

        assertThat(steps)
                .contains("https://apt.releases.hashicorp.com bookworm main")
                .endsWith("install -y packer");
    }

    @Test
    void namesNoPackageThatTheArchiveLacks() throws IOException {
        fake.without("/usr/share/keyrings/ubuntu-archive-keyring.gpg")
                .file("/var/lib/apt/lists/mirror.example.org_dists_bookworm_main_Packages", "")
                .program("apt-cache", "echo '  Candidate: (none)'");

        assertThat(finding(examine(), "ubuntu keyring").remedy(fake.host()))
                .contains("Copy the file")
                .doesNotContain("apt-get");
    }

    @Test
    void saysWhichSettingForbidsNamespaces() {
        fake.program("unshare", "echo 'unshare: Operation not permitted' >&2; exit 1")
                .file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");

        var finding = finding(examine(), "user namespaces");

        assertThat(finding.status()).isEqualTo(Status.MISSING);
        assertThat(finding.found()).contains("Operation not permitted");
        assertThat(finding.remedy(fake.as("ada")))
                .startsWith("sudo sh -c")
                .contains("kernel.apparmor_restrict_unprivileged_userns=0");
    }

    @Test
    void givesUsersIdsThatNoOtherUserHas() {
        fake.file("/etc/subuid", "eve:100000:65536\n").file("/etc/subgid", "eve:165536:65536\n");

        var finding = finding(doctor(fake.as("ada")).examine(), "subordinate ids");

        assertThat(finding.remedy(fake.as("ada")))
                .isEqualTo("sudo usermod --add-subuids 231072-296607 --add-subgids 231072-296607 ada");
    }

    @Test
    void missesTheKernelThatLibguestfsNeeds() throws IOException {
        fake.without("/boot/vmlinuz-6.1.0");

        assertThat(finding(examine(), "kernel in /boot").remedy(fake.host())).endsWith("linux-image-cloud-amd64");
        fake.file("/etc/os-release", "ID=ubuntu\nID_LIKE=debian");
        assertThat(finding(examine(), "kernel in /boot").remedy(fake.host())).endsWith("linux-image-virtual");
    }

    @Test
    void missesMemory() {
        fake.file("/proc/meminfo", "MemTotal: 1048576 kB\nMemAvailable: 524288 kB\n");

        assertThat(finding(examine(), "memory").status()).isEqualTo(Status.MISSING);
        assertThat(finding(examine(), "memory").found()).contains("512 MiB of 1 GiB", "at least 2 GiB");
    }

    @Test
    void mendsWithTheCommandsItNamed() throws IOException {
        fake.without("/bin/qemu-img")
                .file("/var/lib/apt/lists/x_Packages", "")
                .program("apt-get", """
                        echo "apt-get $*"
                        case $* in *qemu-utils*)
                            printf '#!/bin/bash\\necho qemu-img version 7.2.22\\n' >"$(dirname "$0")/qemu-img.new"
                        esac""")
                .program("dirname", "echo \"${1%/*}\"");
        var said = new ArrayList<String>();

        assertThatThrownBy(
                        () -> doctor(fake.as("ada")).mend(doctor(fake.as("ada")).examine(), said::add))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("Only root can install");

        doctor(fake.host()).mend(examine(), said::add);

        assertThat(said).contains("$ apt-get update", "apt-get update");
        assertThat(said).anyMatch(line -> line.startsWith("apt-get install -y") && line.endsWith("qemu-utils"));
        assertThat(Files.exists(root.resolve("bin/qemu-img.new"))).isTrue();
    }

    @Test
    void stopsAtACommandThatFails() throws IOException {
        fake.without("/bin/qemu-img")
                .file("/var/lib/apt/lists/x_Packages", "")
                .program("apt-get", "echo 'E: Could not get lock'; exit 100");

        assertThatThrownBy(() -> doctor(fake.host()).mend(examine(), line -> {}))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("E: Could not get lock");
    }

    @Test
    void phasesNameWhatTheyMiss() throws IOException {
        fake.without("/bin/xorriso").without("/bin/mmdebstrap");

        fake.host().require(List.of(Tools.PACKER));
        assertThatThrownBy(() -> fake.as("ada").require(List.of(Tools.PACKER, Tools.XORRISO, Tools.MMDEBSTRAP)))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Failure.Kind.HOST);
                    assertThat(failure.message()).contains("'xorriso' (for ", "'mmdebstrap' (for ");
                    assertThat(failure.remedy())
                            .contains("sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y"
                                    + " --no-install-recommends xorriso mmdebstrap");
                });
    }

    @Test
    void anotherArchitectureNeedsItsEmulatorsAndTheKernelToKnowThem() {
        var other = Architecture.ofThisHost() == Architecture.X86_64 ? Architecture.AARCH64 : Architecture.X86_64;
        var emulator = UserEmulator.program(other);
        var programs = other.id() + " programs";

        var lacking = doctor(fake.host(), other).examine();
        assertThat(lacking.isFit()).isFalse();
        assertThat(finding(lacking, emulator).remedy(fake.host())).contains("install", "qemu-user-static");
        assertThat(finding(lacking, programs).remedy(fake.host())).contains("systemd-binfmt", other.id());
        assertThat(finding(examine(), emulator).isMendedUnasked()).isFalse();

        // Without the flag F the emulator would have to lie in the guest's folder.
        fake.file("/proc/sys/fs/binfmt_misc/qemu-" + other.id(), "enabled\ninterpreter /e\nflags: OC\n");
        assertThat(finding(doctor(fake.host(), other).examine(), programs).status())
                .isEqualTo(CheckResult.Status.MISSING);
        fake.file("/proc/sys/fs/binfmt_misc/qemu-" + other.id(), "enabled\ninterpreter /e\nflags: POF\n");
        assertThat(finding(doctor(fake.host(), other).examine(), programs).status())
                .isEqualTo(CheckResult.Status.OK);
    }

    private void packerWithPlugins(String version, String plugins) {
        fake.program("packer", """
                case $* in
                    version) echo 'Packer v%s' ;;
                    'plugins installed')
                        for each in %s; do
                            echo "/p/github.com/hashicorp/qemu/packer-plugin-qemu_v${each}_x5.0_linux_amd64"
                        done ;;
                esac""".formatted(version, plugins));
    }

    private DoctorReport examine() {
        return doctor(fake.host()).examine();
    }

    private Doctor doctor(Host host) {
        return doctor(host, Architecture.ofThisHost());
    }

    private Doctor doctor(Host host, Architecture target) {
        var home = new CstHome(root.resolve("home"));
        return new Doctor(host, processes, home, new KvmProbe(host, processes, home, Duration.ofSeconds(1)), target);
    }

    private static CheckResult finding(DoctorReport diagnosis, String name) {
        return diagnosis.findings().stream()
                .filter(finding -> finding.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
