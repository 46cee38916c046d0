/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The builders of RPM families with this host's dnf and zypper, from small repositories that this test creates and signs. Kernel, dracut,
 * systemctl and GRUB in them are stubs; packages, signatures, databases and the disk are real.
 */
@Tag("real-tools")
class RpmBootstrapRealToolsTest {

    private static final String SYSTEM = "plain-release rpm kernel systemd grub2";

    @TempDir
    private static Path vendor;

    @TempDir
    private Path folder;

    private final Processes processes = new Processes();

    @BeforeAll
    static void makeRepositories() {
        Assumptions.assumeTrue(
                System.getProperty("user.name").equals("root"), "SKIPPED: only root can change the root folder");
        try (var processes = new Processes()) {
            processes.check(Command.of("bash", "src/test/resources/rpm/make-repository.sh", vendor.toString()));
        }
    }

    @AfterEach
    void end() {
        processes.close();
    }

    @ParameterizedTest
    @CsvSource({
        "dnf, @core, initramfs-6.1.0-1.img, /var/lib/rpm, /usr/lib/sysimage/rpm",
        // SUSE's tools make the old path a link to the new one.
        "zypper, member, initrd-6.1.0-1, /usr/lib/sysimage/rpm, /root/.rpmdb"
    })
    void createsADiskFromSignedPackages(String tool, String group, String initramfs, String database, String none) {
        var result = build(tool, "good", "vendor", SYSTEM + " " + group);
        assertThat(result.exitCode()).as(result.tail()).isZero();
        assertThat(result.output()).contains("member").doesNotContain("unused-package");

        var disk = folder.resolve("disk.raw");
        processes.check(Command.of("qemu-img", "convert", "-O", "raw", output().toString(), disk.toString()));
        assertThat(read(disk, "/etc/shadow")).contains("root:!*:");
        assertThat(read(disk, "/etc/machine-id")).isEmpty();
        assertThat(read(disk, "/boot/" + initramfs)).contains("hostonly=\"no\"").contains(" vmw_pvscsi ");
        assertThat(read(disk, "/etc/default/grub")).contains("console=tty0 console=tty");
        if (tool.equals("zypper")) {
            assertThat(read(disk, "/etc/sysconfig/bootloader"))
                    .contains("LOADER_TYPE=\"grub2-efi\"", "SECURE_BOOT=\"yes\"", "UPDATE_NVRAM=\"no\"");
            assertThat(read(disk, "/etc/default/grub"))
                    .contains(" security=selinux selinux=1\"")
                    .as("SUSE's packages write no entries of their own: the menu would be empty")
                    .doesNotContain("BLSCFG");
        }
        assertThat(read(disk, "/etc/fstab")).startsWith("UUID=").contains(" /boot/efi vfat ");
        // Only in the path of the system's own rpm.
        assertThat(list(disk, database)).contains("rpmdb.sqlite");
        assertThat(list(disk, none)).contains("File not found");
        assertThat(list(disk, "/boot/efi")).doesNotContain("EFI");
    }

    @ParameterizedTest
    @CsvSource({"dnf, unsigned", "dnf, stranger", "zypper, unsigned", "zypper, stranger"})
    void installsOnlyPackagesSignedByAPinnedKey(String tool, String repository) {
        var result = build(tool, repository, "vendor", SYSTEM);
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.tail()).contains("this is not signed by a pinned key");
        assertThat(output()).doesNotExist();
    }

    /** AlmaLinux 8's older packages are signed with a key that has expired since. */
    @ParameterizedTest
    @ValueSource(strings = {"dnf", "zypper"})
    void packagesOfAnExpiredKeyAreAcceptedOnlyIfTheDefinitionSaysSo(String tool) throws IOException {
        var refused = build(tool, "expired", "expired", SYSTEM);
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.tail()).contains("has expired", "bootstrap.expiredKeys");

        var fingerprint = Files.readString(vendor.resolve("keys/expired.fingerprint"));
        var result = processes.run(builder(tool, "expired", SYSTEM)
                .env("CST_KEYS", key("expired"))
                .env("CST_EXPIRED_KEYS", fingerprint.strip()));
        assertThat(result.exitCode()).as(result.tail()).isZero();
    }

    /** Since Fedora 42, packages leave their users to rpm, which creates them since version 4.19; this host's may be older. */
    @Test
    void usersOfSysusersOnlyPackagesExistAndOwnTheirFiles() {
        var result = build("dnf", "good", "vendor", SYSTEM + " service");
        assertThat(result.exitCode()).as(result.tail()).isZero();
        var disk = folder.resolve("disk.raw");
        processes.check(Command.of("qemu-img", "convert", "-O", "raw", output().toString(), disk.toString()));
        assertThat(read(disk, "/etc/passwd")).contains("service:x:321:");
        assertThat(debugfs(disk, "stat /usr/lib/service.secret")).containsPattern("User: +321 +Group: +321 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dnf", "zypper"})
    void reportsAMissingPackage(String tool) {
        var result = build(tool, "good", "vendor", SYSTEM + " no-such-package");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.tail()).contains("no-such-package").contains("Fix the definition's packages");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dnf", "zypper"})
    void reportsContradictoryRepositories(String tool) {
        var result = build(tool, "good", "vendor", SYSTEM + " broken");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.tail()).contains("no-such-package");
    }

    @Test
    void importsOnlyThePinnedKey() throws IOException {
        var fingerprint =
                Files.readString(vendor.resolve("keys/stranger.fingerprint")).strip();
        var result = processes.run(builder("dnf", "good", SYSTEM)
                .env("CST_KEYS", fingerprint + "=file://" + vendor.resolve("keys/vendor.asc")));
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.tail()).contains("does not contain the key " + fingerprint);
    }

    @Test
    void reportsUnreachableMirrors() {
        var result = processes.run(builder("zypper", "good", SYSTEM)
                .env("CST_KEYS", key("vendor"))
                .env("CST_BUILD_MIRRORS", "file:///no/mirror file:///no/other"));
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.tail()).contains("/no/mirror/good").contains("/no/other/good");
    }

    private Processes.Result build(String tool, String repository, String key, String packages) {
        return processes.run(builder(tool, repository, packages).env("CST_KEYS", key(key)));
    }

    /** The first mirror does not exist. */
    private Command builder(String tool, String repository, String packages) {
        return Command.of("bash", "scripts/builders/bootstrap-" + tool + ".sh")
                .env("CST_ARCH", Architecture.ofThisHost().id())
                .env("CST_ACCELERATOR", "tcg")
                .env("CST_DISK_SIZE", Long.toString(2L << 30))
                .env("CST_OUTPUT", output().toString())
                .env("CST_WORK", folder.resolve("work").toString())
                .env("CST_RELEASE", "1")
                .env("CST_BUILD_MIRRORS", "file:///no/mirror file://" + vendor)
                .env("CST_REPOSITORIES", "base={mirror}/" + repository + "/")
                .env("CST_PACKAGES", packages);
    }

    /** The bundle contains further keys, which must not be accepted. */
    private static String key(String name) {
        try {
            var fingerprint = Files.readString(vendor.resolve("keys/" + name + ".fingerprint"));
            return fingerprint.strip() + "=file://" + vendor.resolve("keys/both.asc");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path output() {
        return folder.resolve("out/disk.qcow2");
    }

    private String read(Path disk, String file) {
        return debugfs(disk, "cat " + file);
    }

    private String list(Path disk, String directory) {
        return debugfs(disk, "ls -l " + directory);
    }

    /** The root starts after the EFI system partition and the BIOS boot partition, if present. */
    private String debugfs(Path disk, String request) {
        var start = (Architecture.ofThisHost() == Architecture.X86_64 ? 2 : 1) + 126;
        return processes
                .check(Command.of("debugfs", "-R", request, disk + "?offset=" + ((long) start << 20)))
                .output()
                .replaceFirst("^debugfs .*\n?", "");
    }
}
