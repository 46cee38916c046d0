package dev.cstemplates.validation.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.SharedImage;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.guest.Libguestfs;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.validation.report.InstalledPackage;
import dev.cstemplates.validation.target.Expectations;
import dev.cstemplates.validation.target.ValidationTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks a real finished disk, and the same disk after every kind of trace was added to it. */
@Tag("real-tools")
@Tag("shared-image")
final class OfflineValidationRealToolsTest {

    private final Processes processes = new Processes();

    @TempDir
    private Path folder;

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void finishedDiskPassesAndIsNotChanged() throws IOException {
        var disk = disk();
        var before = Files.getLastModifiedTime(disk);
        var outcome = validate(disk);
        assertThat(outcome.checks())
                .filteredOn(check -> check.status() == Status.FAILED)
                .isEmpty();
        assertThat(outcome.checks()).hasSizeGreaterThan(70);
        assertThat(outcome.packages()).extracting(InstalledPackage::name).contains("cloud-init", "wget", "dpkg");
        assertThat(outcome.facts()).containsKeys("operatingSystem", "kernel", "cloudInit", "rootUsed");
        assertThat(Files.getLastModifiedTime(disk)).isEqualTo(before);
    }

    @Test
    void findsEachAddedTrace() throws IOException {
        var overlay = folder.resolve("overlay.qcow2");
        processes.check(Command.of("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2")
                .with("-b", disk().toAbsolutePath().toString(), overlay.toString()));
        new Libguestfs(processes, Accelerator.TCG, Architecture.ofThisHost(), folder.resolve("work"))
                .guestfish(
                        List.of("--rw", "--format=qcow2", "--add", overlay.toString(), "--inspector"),
                        PUT_BACK.lines().toList(),
                        log(),
                        Duration.ofMinutes(30),
                        line -> {});
        assertThat(validate(overlay).checks())
                .filteredOn(check -> check.status() == Status.FAILED)
                .extracting(CheckResult::id)
                .containsExactlyInAnyOrder(
                        "identity.host-keys",
                        "identity.machine-id",
                        "identity.random-seed",
                        "identity.hostname",
                        "identity.cloud-init-state",
                        "accounts.passwords",
                        "accounts.extra",
                        "accounts.keys",
                        "accounts.homes",
                        "accounts.sudoers",
                        "traces.logs",
                        "traces.journal",
                        "traces.leases",
                        "traces.histories",
                        "traces.temporary",
                        "traces.root-home",
                        "apt.lists",
                        "apt.archives",
                        "apt.sources",
                        "apt.configuration",
                        "apt.policy",
                        "names.fstab",
                        "names.exist",
                        "bootloader.bios",
                        "bootloader.uefi",
                        "bootloader.console",
                        "services.host-keys",
                        "services.time",
                        "cloud-init.datasources",
                        "cloud-init.datasources-line",
                        "cloud-init.set-passwords",
                        "cloud-init.network",
                        "cloud-init.wget",
                        "initramfs.xenserver",
                        "permissions.world-writable");
    }

    @Test
    void diskWithoutASystemFails() {
        var empty = folder.resolve("empty.qcow2");
        processes.check(Command.of("qemu-img", "create", "-q", "-f", "qcow2", empty.toString(), "64M"));
        assertThat(validate(empty).checks()).singleElement().satisfies(check -> {
            assertThat(check.id()).isEqualTo("offline.opens");
            assertThat(check.status()).isEqualTo(Status.FAILED);
        });
    }

    /** guestfish commands. The initramfs loses Xen's disk driver by being replaced with one that holds nothing else. */
    private static final String PUT_BACK = """
        write /etc/ssh/ssh_host_ed25519_key "key"
        write /etc/machine-id "0123456789abcdef0123456789abcdef\\n"
        write /var/lib/systemd/random-seed "seed"
        write /etc/hostname "builder\\n"
        mkdir-p /var/lib/cloud/data
        write /var/lib/cloud/data/instance-id "i-1"
        sh "useradd --create-home --skel /var/empty --shell /bin/bash --password '$y$j9T$c2FsdA$aGFzaA' build && rm -f /etc/*-"
        mkdir-p /home/build/.ssh
        write /home/build/.ssh/authorized_keys "ssh-ed25519 AAAA build\\n"
        write /etc/sudoers.d/90-build "build ALL=(ALL) NOPASSWD:ALL\\n"
        write /var/log/dpkg.log "installed\\n"
        mkdir-p /var/log/journal/0123456789abcdef0123456789abcdef
        write /var/log/journal/0123456789abcdef0123456789abcdef/system.journal "x"
        mkdir-p /var/lib/dhcp
        write /var/lib/dhcp/dhclient.ens3.leases "lease {}\\n"
        write /root/.bash_history "ls\\n"
        write /var/tmp/leftover "x"
        write /var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_InRelease "x"
        write /var/cache/apt/archives/left_1_all.deb "x"
        write /etc/apt/sources.list.d/build.list "deb http://127.0.0.1:3142/debian bookworm main\\n"
        write /etc/apt/apt.conf.d/01build "Acquire::http::Proxy \\"http://127.0.0.1:3142\\";\\n"
        write /usr/sbin/policy-rc.d "exit 101\\n"
        write-append /etc/fstab "/dev/vda9 /data ext4 defaults 0 0\\nUUID=00000000-0000-4000-8000-000000000000 /other ext4 defaults 0 0\\n"
        sh "sed -i 's/console=tty0//g' /boot/grub/grub.cfg"
        sh "rm /boot/efi/EFI/BOOT/BOOT*.EFI"
        sh "rm /etc/systemd/system/*.wants/*host-keys* /etc/systemd/system/*.wants/*timesyncd* /etc/systemd/system/*.wants/chrony* 2>/dev/null || true"
        sh "rm -f /etc/systemd/system/dbus-org.freedesktop.timesync1.service /etc/systemd/system/chronyd.service"
        write /etc/cloud/cloud.cfg.d/zz-broken.cfg "datasource_list: [ NoCloud ]\\ncloud_config_modules: [ set_passwords ]\\nnetwork: {config: disabled}\\n"
        sh "rm /usr/bin/wget"
        sh "cd /var/empty 2>/dev/null || cd /mnt; for i in /boot/initrd.img-*; do mkdir /tmp/i && unmkinitramfs $i /tmp/i && find /tmp/i -name 'xen-blkfront*' -delete && (cd /tmp/i/main 2>/dev/null || cd /tmp/i; find . | cpio --quiet -o -H newc | gzip -1 > $i) && rm -r /tmp/i; done"
        sh "chmod 666 /etc/issue"
        pwrite-device /dev/sda "no boot code" 0
        pwrite-device /dev/sda "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" 384
        """;

    private OfflineValidation.OfflineResult validate(Path disk) {
        var expected = new Expectations(
                Architecture.X86_64,
                "debian",
                "12",
                "apt",
                ByteSize.ofGiB(4),
                "x86-64-v1",
                1,
                ByteSize.ofGiB(1),
                "debian",
                true,
                List.of("ConfigDrive", "CloudStack", "None"),
                List.of(
                        "http://deb.debian.org/debian",
                        "https://deb.debian.org/debian",
                        "http://security.debian.org/debian-security",
                        "http://deb.debian.org/debian-security"),
                Duration.ofMinutes(5),
                1);
        return new OfflineValidation(processes, Path.of("scripts", "validation", "offline"))
                .run(
                        new OfflineRequest(
                                new ValidationTarget(disk, "qcow2", expected, Accelerator.TCG),
                                Set.of(),
                                folder.resolve("work"),
                                log()),
                        System.err::println);
    }

    private static Path disk() {
        return SharedImage.get().kvm();
    }

    private Path log() {
        return folder.resolve("offline.log");
    }
}
