/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.FixCommand;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.Tools;
import dev.cstemplates.host.UserEmulator;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.packer.Packer;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                .program("rpm", "echo 'RPM version 4.18.0'")
                .program("gpg", "echo 'gpg (GnuPG) 2.2.40'")
                .program("curl", "echo 'curl 7.88.1'")
                .program("rpmbuild", "")
                .program("createrepo_c", "")
                .file("/boot/vmlinuz-6.1.0", "a kernel")
                .file("/dev/net/tun", "")
                .file("/usr/share/OVMF/OVMF_CODE_4M.fd", "")
                .file("/usr/share/OVMF/OVMF_VARS_4M.fd", "")
                .file("/usr/share/AAVMF/AAVMF_CODE.fd", "")
                .file("/usr/share/AAVMF/AAVMF_VARS.fd", "")
                .file("/proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n");
    }

    @AfterEach
    void stop() {
        processes.close();
    }

    @Test
    void completeHostNeedsNoFix() {
        var report = examine();

        assertThat(report.isFit()).isTrue();
        assertThat(report.fixCommands()).isEmpty();
        assertThat(finding(report, "packer").result().detail()).isEqualTo("1.6.6");
        assertThat(finding(report, "packer").result().title()).isNotBlank();
        assertThat(finding(report, "KVM").result().status()).isEqualTo(Status.WARNING);
    }

    @Test
    void oneCommandInstallsEverythingThatIsMissing() throws IOException {
        fake.without("/bin/qemu-img").without("/bin/virt-sysprep").without("/bin/guestfish");

        var report = examine();

        assertThat(report.isFit()).isFalse();
        assertThat(finding(report, "qemu-img").result().status()).isEqualTo(Status.FAILED);
        assertThat(finding(report, "qemu-img").fix(fake.as("ada")))
                .isEqualTo("sudo apt-get update && sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y"
                        + " --no-install-recommends qemu-utils");
        assertThat(FixCommand.line(report.fixCommands(), true))
                .isEqualTo("apt-get update && env DEBIAN_FRONTEND=noninteractive apt-get install -y"
                        + " --no-install-recommends qemu-utils libguestfs-tools");
    }

    @Test
    void usesTheHostsPackageManager() throws IOException {
        fake.without("/bin/qemu-img").without("/bin/shellcheck");

        fake.file("/etc/os-release", "ID=fedora");
        assertThat(FixCommand.line(examine().fixCommands(), true)).isEqualTo("dnf install -y qemu-img ShellCheck");
        fake.file("/etc/os-release", "ID=opensuse-leap");
        assertThat(FixCommand.line(examine().fixCommands(), true))
                .isEqualTo("zypper --non-interactive install --no-recommends qemu-img ShellCheck");
        fake.file("/etc/os-release", "ID=slackware");
        assertThat(examine().fixCommands()).isEmpty();
        assertThat(finding(examine(), "qemu-img").fix(fake.host())).contains("Install it by hand");
    }

    @Test
    void toolsForOtherTargetsAreNotInstalledByDefault() throws IOException {
        fake.without("/bin/qemu-system-aarch64").without("/usr/share/AAVMF/AAVMF_CODE.fd");

        var report = examine();

        assertThat(report.isFit()).isTrue();
        assertThat(finding(report, "qemu-system-aarch64").result().status()).isEqualTo(Status.WARNING);
        assertThat(finding(report, "qemu-system-aarch64").fix(fake.host())).contains("qemu-system-arm");
        assertThat(report.fixCommands()).isEmpty();
    }

    @Test
    void rejectsOldVersionsAndOtherProgramsOfTheSameName() {
        fake.program("qemu-system-x86_64", "echo 'QEMU emulator version 5.2.0'")
                .program("virt-sysprep", "echo 'virt-sysprep 1.40.2'")
                .program("packer", "echo 'skipping line: 1'");

        var report = examine();

        assertThat(finding(report, "qemu-system-x86_64").result().detail())
                .isEqualTo("5.2 is too old, 6.0 or later is required");
        assertThat(finding(report, "virt-sysprep").result().status()).isEqualTo(Status.FAILED);
        assertThat(finding(report, "packer").result().detail()).contains("another program of that name");
        assertThat(report.isFit()).isFalse();
    }

    @Test
    void newerPackerRequiresThePluginAndABrokenOneIsReplaced() {
        packerWithPlugins("1.14.1", "");
        assertThat(finding(examine(), "packer plugin qemu").result().status()).isEqualTo(Status.FAILED);
        assertThat(finding(examine(), "packer plugin qemu").fix(fake.as("ada")))
                .isEqualTo("packer plugins install github.com/hashicorp/qemu 1.1.4");

        packerWithPlugins("1.14.1", "1.1.1 1.1.2");
        assertThat(finding(examine(), "packer plugin qemu").result().status()).isEqualTo(Status.FAILED);
        assertThat(finding(examine(), "packer plugin qemu").result().detail()).contains("1.1.2 is broken");

        packerWithPlugins("1.14.1", "1.1.2 1.1.4");
        assertThat(finding(examine(), "packer plugin qemu").result().detail()).isEqualTo("1.1.4");

        packerWithPlugins("1.8.7", "");
        assertThat(finding(examine(), "packer plugin qemu").result().status()).isEqualTo(Status.PASSED);
    }

    @Test
    void installsPackerFromHashiCorpIfDebianHasNoPackage() throws IOException {
        fake.without("/bin/packer")
                .file("/var/lib/apt/lists/mirror.example.org_dists_trixie_main_Packages", "")
                .program("apt-cache", "[ \"$2\" = packer ] || echo '  Candidate: 1'");

        var steps = FixCommand.line(examine().fixCommands(), false);

        assertThat(steps)
                .contains("https://apt.releases.hashicorp.com bookworm main")
                .contains(PackerSource.FINGERPRINT)
                .endsWith("--no-install-recommends packer");
    }

    @Test
    void doesNotSuggestUnavailablePackages() throws IOException {
        fake.without("/bin/vhdiinfo")
                .file("/var/lib/apt/lists/mirror.example.org_dists_bookworm_main_Packages", "")
                .program("apt-cache", "echo '  Candidate: (none)'");

        assertThat(finding(examine(), "vhdiinfo").fix(fake.host()))
                .contains("Install it by hand")
                .doesNotContain("apt-get");
    }

    @Test
    void namesTheSettingThatForbidsNamespaces() {
        fake.program("unshare", "echo 'unshare: Operation not permitted' >&2; exit 1")
                .file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");

        var finding = finding(examine(), "user namespaces");

        assertThat(finding.result().status()).isEqualTo(Status.FAILED);
        assertThat(finding.result().detail()).contains("Operation not permitted");
        assertThat(finding.fix(fake.as("ada")))
                .startsWith("sudo sh -c")
                .contains("kernel.apparmor_restrict_unprivileged_userns=0");
    }

    /** The former single file lost the first setting when the second one was fixed. */
    @Test
    void everySettingIsWrittenToItsOwnFile() {
        fake.program("unshare", "exit 1")
                .file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n")
                .file("/proc/sys/kernel/unprivileged_userns_clone", "0\n")
                .file("/proc/sys/user/max_user_namespaces", "0\n");

        var files = finding(examine(), "user namespaces").commands().stream()
                .map(command -> command.argv().getLast().replaceAll(".* > (\\S+) && .*", "$1"));

        assertThat(files).hasSize(3).doesNotHaveDuplicates().allMatch(file -> file.startsWith("/etc/sysctl.d/"));
    }

    @Test
    void subordinateIdsDoNotOverlapWithThoseOfOtherUsers() {
        fake.file("/etc/subuid", "eve:100000:65536\n").file("/etc/subgid", "eve:165536:65536\n");

        var finding = finding(doctor(fake.as("ada")).examine(), "subordinate ids");

        assertThat(finding.fix(fake.as("ada")))
                .isEqualTo("sudo usermod --add-subuids 231072-296607 --add-subgids 231072-296607 ada");
    }

    @Test
    void reportsAMissingKernelForLibguestfs() throws IOException {
        fake.without("/boot/vmlinuz-6.1.0");

        assertThat(finding(examine(), "kernel in /boot").fix(fake.host())).endsWith("linux-image-cloud-amd64");
        fake.file("/etc/os-release", "ID=ubuntu\nID_LIKE=debian");
        assertThat(finding(examine(), "kernel in /boot").fix(fake.host())).endsWith("linux-image-virtual");
    }

    @Test
    void reportsTooLittleMemory() {
        fake.file("/proc/meminfo", "MemTotal: 1048576 kB\nMemAvailable: 524288 kB\n");

        assertThat(finding(examine(), "memory").result().status()).isEqualTo(Status.FAILED);
        assertThat(finding(examine(), "memory").result().detail())
                .contains("512 MiB of 1 GiB", "at least 2 GiB required");
    }

    @Test
    void fixRunsTheCommandsThatTheReportNames() throws IOException {
        fake.without("/bin/qemu-img")
                .file("/var/lib/apt/lists/x_Packages", "")
                .program("apt-get", """
                    echo "apt-get $*"
                    case $* in *qemu-utils*)
                        printf '#!/bin/bash\\necho qemu-img version 7.2.22\\n' >"$(dirname "$0")/qemu-img.new"
                    esac\
                    """)
                .program("dirname", "echo \"${1%/*}\"");
        var output = new ArrayList<String>();

        assertThatThrownBy(
                        () -> doctor(fake.as("ada")).fix(doctor(fake.as("ada")).examine(), output::add))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("requires root");

        doctor(fake.host()).fix(examine(), output::add);

        assertThat(output).contains("$ apt-get update", "apt-get update");
        assertThat(output).anyMatch(line -> line.startsWith("apt-get install -y") && line.endsWith("qemu-utils"));
        assertThat(Files.exists(root.resolve("bin/qemu-img.new"))).isTrue();
    }

    @Test
    void stopsAtAFailedCommand() throws IOException {
        fake.without("/bin/qemu-img")
                .file("/var/lib/apt/lists/x_Packages", "")
                .program("apt-get", "echo 'E: Could not get lock'; exit 100");

        assertThatThrownBy(() -> doctor(fake.host()).fix(examine(), line -> {}))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("E: Could not get lock");
    }

    @Test
    void requiringToolsNamesTheMissingOnes() throws IOException {
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
    void anotherArchitectureNeedsRegisteredEmulators() {
        var other = Architecture.ofThisHost() == Architecture.X86_64 ? Architecture.AARCH64 : Architecture.X86_64;
        var emulator = UserEmulator.program(other);
        var programs = other.id() + " programs";

        var lacking = doctor(fake.host(), other).examine();
        assertThat(lacking.isFit()).isFalse();
        assertThat(finding(lacking, emulator).fix(fake.host())).contains("install", "qemu-user-static");
        assertThat(finding(lacking, programs).fix(fake.host())).contains("systemd-binfmt", other.id());
        assertThat(finding(examine(), emulator).isFixedByDefault()).isFalse();

        // Without the flag F the emulator would have to be inside the guest's root directory.
        fake.file("/proc/sys/fs/binfmt_misc/qemu-" + other.id(), "enabled\ninterpreter /e\nflags: OC\n");
        assertThat(finding(doctor(fake.host(), other).examine(), programs)
                        .result()
                        .status())
                .isEqualTo(Status.FAILED);
        fake.file("/proc/sys/fs/binfmt_misc/qemu-" + other.id(), "enabled\ninterpreter /e\nflags: POF\n");
        assertThat(finding(doctor(fake.host(), other).examine(), programs)
                        .result()
                        .status())
                .isEqualTo(Status.PASSED);
    }

    /** A host is fit if and only if a build accepts its Packer. */
    @ParameterizedTest
    @CsvSource({
        "1.5.6, '', false",
        "1.6.0, '', false",
        "1.6.5, '', false",
        "1.6.6, '', true",
        "1.7.0, 1.1.2, true",
        "1.9.5, '', true",
        "1.9.5, 1.1.2, true",
        "1.10.0, '', false",
        "1.10.0, 1.1.1, true",
        "1.11.2, 1.1.1 1.1.2, false",
        "1.11.2, 1.1.2 1.1.4, true",
        "1.14.1, 1.0.10, true"
    })
    void doctorAndBuildAgreeOnPacker(String version, String plugins, boolean isUsable) {
        packerWithPlugins(version, plugins);

        var report = examine();
        var packer = fake.root().resolve("bin/packer").toString();
        var build = catchThrowable(() -> Packer.find(packer, root.resolve("cache"), processes));

        assertThat(report.isFit()).isEqualTo(isUsable);
        assertThat(build == null).as("accepted by a build: %s", build).isEqualTo(isUsable);
    }

    @Test
    void doctorAndBuildRefuseAnotherProgramCalledPacker() {
        fake.program("packer", "echo 'cracklib-packer 2.9.6'");

        assertThat(examine().isFit()).isFalse();
        assertThatThrownBy(() ->
                        Packer.find(fake.root().resolve("bin/packer").toString(), root.resolve("cache"), processes))
                .hasMessageContaining("not HashiCorp's Packer");
    }

    private void packerWithPlugins(String version, String plugins) {
        fake.program("packer", """
            case $* in
                version) echo 'Packer v%s' ;;
                'plugins installed')
                    for each in %s; do
                        echo "/p/github.com/hashicorp/qemu/packer-plugin-qemu_v${each}_x5.0_linux_amd64"
                    done ;;
            esac\
            """.formatted(version, plugins));
    }

    private DoctorReport examine() {
        return doctor(fake.host()).examine();
    }

    private Doctor doctor(Host host) {
        return doctor(host, Architecture.ofThisHost());
    }

    private Doctor doctor(Host host, Architecture target) {
        var home = new CstHome(root.resolve("home"));
        return new Doctor(
                host,
                processes,
                home,
                new KvmProbe(host, processes, home, Duration.ofSeconds(1)),
                target,
                Tools.alsoFor(target));
    }

    private static HostCheck finding(DoctorReport report, String name) {
        return report.checks().stream()
                .filter(finding -> finding.result().id().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
