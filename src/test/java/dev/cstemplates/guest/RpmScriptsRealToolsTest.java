/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the preparation, clean-up and offline checks of RPM families in small systems of theirs, in a chroot, with real rpm, dnf, zypper,
 * sshd, systemctl and cloud-init. Programs that require a booted machine or are missing in Debian are stubs that record their calls:
 * {@code run-scripts.sh} names them.
 */
@Tag("real-tools")
class RpmScriptsRealToolsTest {

    @TempDir
    private static Path vendor;

    @TempDir
    private static Path work;

    private static final Processes PROCESSES = new Processes();

    @BeforeAll
    static void makeRepository() {
        Assumptions.assumeTrue(
                System.getProperty("user.name").equals("root"), "SKIPPED: only root can change the root folder");
        PROCESSES.check(Command.of("bash", "src/test/resources/rpm/make-repository.sh", vendor.toString()));
    }

    @AfterAll
    static void end() {
        PROCESSES.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dnf", "zypper"})
    void scriptsWorkAndChangeNothingTheSecondTime(String family) {
        var result = PROCESSES.run(Command.of(
                "bash",
                "src/test/resources/rpm/run-scripts.sh",
                family,
                work.resolve(family).toString(),
                vendor.toString()));
        assertThat(result.exitCode()).as(result.tail()).isZero();
        var parts = parts(result.lines());
        assertThat(parts.get("prepared twice")).isEmpty();
        assertThat(parts.get("cleaned twice")).isEmpty();

        assertThat(parts.get("calls"))
                .contains("cloud-init status --wait", "dracut --force --regenerate-all")
                .contains("grub2-mkconfig -o /boot/grub2/grub.cfg");
        assertThat(parts.get("files"))
                .contains("./etc/systemd/system/multi-user.target.wants/ssh-host-keys.service")
                .contains("./etc/systemd/system/multi-user.target.wants/chronyd.service")
                .contains("./etc/systemd/system/vmtoolsd.service.d/cloudstack.conf")
                .contains("./etc/NetworkManager/conf.d/90-cloudstack.conf")
                .noneMatch(file -> file.matches(".*(99-installer|a\\.nmconnection|\\.rpmnew|/SUSE\\.service).*"));
        if (family.equals("dnf")) {
            assertThat(parts.get("files"))
                    .contains("./etc/yum.repos.d/plain.repo")
                    .contains("./boot/loader/entries/0123-6.1.0-1.conf", "./etc/sysconfig/kernel")
                    .doesNotContain("./etc/yum.repos.d/installer.repo", "./etc/pki/consumer/cert.pem")
                    .doesNotContain("./boot/loader/entries/0123-5.0.0-1.conf", "./boot/vmlinuz-0-rescue-0123");
            newKernelsGetTheConsolesAndBecomeTheDefault(parts);
        } else {
            assertThat(parts.get("files"))
                    .contains("./etc/zypp/repos.d/plain.repo", "./etc/zypp/services.d/openSUSE.service")
                    .doesNotContain("./etc/zypp/repos.d/cd.repo", "./etc/zypp/credentials.d/SCCcredentials")
                    .doesNotContain(
                            "./etc/default/grub_installdevice", "./boot/grub2/device.map", "./boot/do_purge_kernels");
            assertThat(parts.get("/etc/default/grub"))
                    .contains(
                            "GRUB_CMDLINE_LINUX=\"kept=1\"",
                            "GRUB_CMDLINE_LINUX_DEFAULT=\"console=tty0 console=%s,115200n8 security=selinux selinux=1\""
                                    .formatted(Architecture.ofThisHost() == Architecture.X86_64 ? "ttyS0" : "ttyAMA0"));
            assertThat(parts.get("/etc/sysconfig/bootloader"))
                    .containsExactly("LOADER_TYPE=\"grub2-efi\"", "SECURE_BOOT=\"yes\"", "UPDATE_NVRAM=\"no\"");
            assertThat(parts.get("calls")).contains("shim-install --removable --config-file=/boot/grub2/grub.cfg");
            assertThat(parts.get("checks"))
                    .as("the kernel of cloud images is replaced")
                    .anyMatch(line -> line.startsWith("{\"package\":\"kernel-default\""))
                    .noneMatch(line -> line.startsWith("{\"package\":\"kernel-default-base\""));
        }
        assertThat(parts.get("/etc/ssh/sshd_config.d/60-cloudstack.conf"))
                .contains("PermitRootLogin prohibit-password", "PasswordAuthentication yes");
        assertThat(parts.get("/etc/cloud/cloud.cfg.d/99_cloudstack.cfg"))
                .contains("datasource_list: [ ConfigDrive, CloudStack, None ]");
        assertThat(parts.get("/etc/selinux/config")).contains("SELINUX=enforcing");
        assertThat(parts.get("/etc/default/grub")).anyMatch(line -> line.contains("console=tty0 console=tty"));
        assertThat(parts.get("/etc/locale.conf")).containsExactly("LANG=C.UTF-8");

        // Installed by the preparation, from the signed repository.
        assertThat(parts.get("checks")).anyMatch(line -> line.startsWith("{\"package\":\"member\""));
        assertThat(parts.get("checks"))
                .filteredOn(line -> line.contains("\"status\":\"fail\""))
                .singleElement()
                .asString()
                .as("it is a small system")
                .contains("packages.listed");
    }

    /** Also checked by dnf/kernels, whose results are below. */
    private static void newKernelsGetTheConsolesAndBecomeTheDefault(Map<String, List<String>> parts) {
        var arguments = "root=UUID=1-2 ro kept=2 console=tty0 console=ttyS0,115200n8 net.ifnames=0";
        if (Architecture.ofThisHost() == Architecture.AARCH64) {
            arguments = arguments.replace("ttyS0", "ttyAMA0");
        }
        assertThat(parts.get("/etc/kernel/cmdline")).containsExactly(arguments);
        assertThat(parts.get("/boot/loader/entries/0123-6.1.0-1.conf")).contains("options " + arguments);
        assertThat(parts.get("/boot/grub2/grubenv"))
                .contains("kernelopts=" + arguments, "blsdir=/boot/loader/entries")
                .noneMatch(line -> line.startsWith("saved_entry="));
    }

    /** The lines below each {@code == title}. */
    private static Map<String, List<String>> parts(List<String> lines) {
        var parts = new LinkedHashMap<String, List<String>>();
        var part = new ArrayList<String>();
        for (var line : lines) {
            if (line.startsWith("== ")) {
                part = new ArrayList<>();
                parts.put(line.substring(3), part);
            } else {
                part.add(line);
            }
        }
        return parts;
    }
}
