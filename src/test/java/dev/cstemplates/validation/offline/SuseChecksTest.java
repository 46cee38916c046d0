/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What differs on SUSE from other families, and what the offline checks make of it. Each system here is as SUSE's packages make it. */
final class SuseChecksTest {

    private static final Path CHECKS = Path.of("scripts", "validation", "offline");
    private static final String UNITS = "usr/lib/systemd/system/";
    private static final String ENABLED = "etc/systemd/system/cloud-init.target.wants/";

    private static final String BIOS_UPDATE = "etc/systemd/system/multi-user.target.wants/cloudstack-grub-bios.service";

    private final Processes processes = new Processes();

    @TempDir
    private Path root;

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void hypervDaemonsAreInAFolderOfTheirOwn() throws IOException {
        assertThat(status("common/services", "services.agent-hyperv")).isEqualTo(Status.FAILED);
        put("usr/lib/hyper-v/bin/hv_kvp_daemon", "");
        assertThat(status("common/services", "services.agent-hyperv")).isEqualTo(Status.PASSED);
    }

    @Test
    void firewallThatClosesSshIsFound() throws IOException {
        put("etc/firewalld/firewalld.conf", "DefaultZone=public\n");
        put("usr/lib/firewalld/zones/public.xml", "<zone><service name=\"ssh\"/></zone>\n");
        put(UNITS + "firewalld.service", "[Install]\nWantedBy=multi-user.target\n");
        assertThat(status("common/services", "services.firewall")).isEqualTo(Status.SKIPPED);
        put("etc/systemd/system/multi-user.target.wants/firewalld.service", "");
        assertThat(status("common/services", "services.firewall")).isEqualTo(Status.PASSED);
        put("etc/firewalld/zones/public.xml", "<zone><service name=\"dhcpv6-client\"/></zone>\n");
        assertThat(check("common/services", "services.firewall").detail())
                .isEqualTo("/etc/firewalld/zones/public.xml has no service ssh");
    }

    /** SUSE's cloud-init 25.1 empties two units, which systemd then treats as masked, and one has an empty section [Install]. */
    @Test
    void emptyUnitsOfCloudInitNeedNotBeEnabled() throws IOException {
        cloudInitOfSuse();
        assertThat(status("common/cloud-init", "cloud-init.enabled")).isEqualTo(Status.PASSED);
    }

    @Test
    void unitsThatNothingStartsAreFound() throws IOException {
        cloudInitOfSuse();
        put(UNITS + "cloud-config.target", "[Unit]\nWants=cloud-init-local.service\n");
        assertThat(check("common/cloud-init", "cloud-init.enabled").detail())
                .isEqualTo("cloud-init.service is not enabled");
    }

    @Test
    void maskedUnitsOfCloudInitAreFound() throws IOException {
        cloudInitOfSuse();
        Files.createSymbolicLink(root.resolve("etc/systemd/system/cloud-init.service"), Path.of("/dev/null"));
        assertThat(check("common/cloud-init", "cloud-init.enabled").detail())
                .isEqualTo("cloud-init.service is not enabled");
    }

    @Test
    void disabledUnitsOfCloudInitAreFound() throws IOException {
        cloudInitOfSuse();
        Files.delete(root.resolve(ENABLED + "cloud-final.service"));
        assertThat(check("common/cloud-init", "cloud-init.enabled").detail())
                .isEqualTo("cloud-final.service is not enabled");
    }

    /** In SUSE's releases 15, python3 is 3.6, and cloud-init's modules are those of python3.11. */
    @Test
    void cloudInitsOwnInterpreterMergesItsConfiguration() throws IOException {
        put("usr/bin/python3.11", "#!/bin/sh\necho 'end\treached'\n");
        processes.check(
                Command.of("chmod", "755", root.resolve("usr/bin/python3.11").toString()));
        put("usr/bin/cloud-init", "#!" + root.resolve("usr/bin/python3.11") + "\n");
        assertThat(status("common/cloud-init", "cloud-init.configuration")).isEqualTo(Status.PASSED);
    }

    @Test
    void sshdConfigOfReleases16IsInUsrEtc() throws IOException {
        put(
                "usr/etc/ssh/sshd_config",
                "Include /etc/ssh/sshd_config.d/*.conf\nInclude /usr/etc/ssh/sshd_config.d/*.conf\n");
        put("usr/etc/ssh/sshd_config.d/50-root.conf", "PermitRootLogin yes\n");
        assertThat(check("common/ssh", "ssh.root").detail()).contains("/usr/etc/ssh/sshd_config.d/50-root.conf");
        put("etc/ssh/sshd_config.d/60-cloudstack.conf", "PermitRootLogin prohibit-password\n");
        assertThat(status("common/ssh", "ssh.root")).isEqualTo(Status.PASSED);
    }

    @Test
    void sshdConfigInEtcReplacesTheVendors() throws IOException {
        put("usr/etc/ssh/sshd_config", "PermitRootLogin no\n");
        put("etc/ssh/sshd_config", "PermitRootLogin yes\n");
        assertThat(check("common/ssh", "ssh.root").detail()).contains("(/etc/ssh/sshd_config)");
    }

    @Test
    void missingSshdConfigFails() {
        assertThat(run("common/ssh"))
                .hasSize(3)
                .allSatisfy(check -> assertThat(check.status()).isEqualTo(Status.FAILED));
    }

    @Test
    void sudoersOfReleases16IsInUsrEtc() throws IOException {
        put("usr/etc/sudoers", "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n@includedir /usr/etc/sudoers.d\n");
        assertThat(status("common/accounts", "accounts.sudoers")).isEqualTo(Status.PASSED);
        put("usr/etc/sudoers", "builder ALL=(ALL) NOPASSWD: ALL\n");
        assertThat(check("common/accounts", "accounts.sudoers").detail()).startsWith("/usr/etc/sudoers: builder");
    }

    @Test
    void firstUpdateOnACloneReachesTheBootLoader() throws IOException {
        preparedBootLoader();
        assertThat(run("zypper/bootloader")).hasSize(4).allMatch(check -> check.status() == Status.PASSED);
    }

    /** A file, what replaces it, the check that fails, and words of its detail. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "etc/sysconfig/bootloader | LOADER_TYPE=none | bootloader.updates | LOADER_TYPE is 'none'",
                "etc/sysconfig/bootloader | UPDATE_NVRAM=\"no\" | bootloader.updates | SECURE_BOOT is ''",
                "etc/sysconfig/bootloader | #empty | bootloader.updates | UPDATE_NVRAM is ''",
                "etc/default/grub_installdevice | /dev/disk/by-id/virtio-build | bootloader.build-disk |"
                        + " grub_installdevice",
                "boot/grub2/device.map | (hd0) /dev/vda | bootloader.build-disk | device.map",
                "boot/grub2/grubenv | saved_entry=/dev/vda | bootloader.build-disk | grubenv: saved_entry=/dev/vda",
                "etc/default/grub | GRUB_CMDLINE_LINUX_DEFAULT=\"console=tty0 console=ttyS0,115200n8\""
                        + " | bootloader.new-kernels | /etc/default/grub has no security=selinux",
                "etc/default/grub | GRUB_CMDLINE_LINUX_DEFAULT=\"console=ttyS0,115200n8 security=selinux selinux=1\""
                        + " | bootloader.new-kernels | /etc/default/grub has no console=tty0",
                "boot/grub2/grub.cfg | linux /boot/vmlinuz root=UUID=1 console=tty0 console=ttyS0,115200n8 selinux=1"
                        + " | bootloader.new-kernels | grub.cfg has no security=selinux",
                "boot/efi/EFI/BOOT/grub.cfg | menuentry 'Leap' { | bootloader.shared | menu entries of its own",
                "boot/efi/EFI/BOOT/grub.cfg | insmod normal_ | bootloader.shared | does not refer to"
                        + " /boot/grub2/grub.cfg",
            })
    void plantedFaultsOfTheFirstUpdateAreFound(String file, String text, String id, String detail) throws IOException {
        preparedBootLoader();
        put(file, text + "\n");
        assertThat(run("zypper/bootloader"))
                .filteredOn(check -> check.status() == Status.FAILED)
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.id()).isEqualTo(id);
                    assertThat(check.detail()).contains(detail);
                });
    }

    @Test
    void missingShimInstallIsFound() throws IOException {
        preparedBootLoader();
        Files.delete(root.resolve("usr/sbin/shim-install"));
        assertThat(check("zypper/bootloader", "bootloader.updates").detail())
                .isEqualTo("/usr/sbin/shim-install is missing");
    }

    @Test
    void grubForBiosThatStaysOldIsFound() throws IOException {
        preparedBootLoader();
        Files.delete(root.resolve(BIOS_UPDATE));
        assertThat(check("zypper/bootloader", "bootloader.updates").detail())
                .startsWith("cloudstack-grub-bios.service");
    }

    /** Releases 15 have the configuration, but no policy: systemd would stop the boot. */
    @Test
    void selinuxIsOnlyAskedForWithAPolicy() throws IOException {
        preparedBootLoader();
        Files.delete(root.resolve("etc/selinux/targeted/contexts/files/file_contexts"));
        put("etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"console=tty0 console=ttyS0,115200n8\"\n");
        assertThat(status("zypper/bootloader", "bootloader.new-kernels")).isEqualTo(Status.PASSED);
        assertThat(status("zypper/state", "selinux.enforcing")).isEqualTo(Status.SKIPPED);
    }

    @Test
    void permissiveSelinuxAndARelabellingBootAreFound() throws IOException {
        preparedBootLoader();
        put("etc/selinux/config", "SELINUX=permissive\nSELINUXTYPE=targeted\n");
        put("etc/selinux/.autorelabel", "");
        assertThat(run("zypper/state"))
                .filteredOn(check -> check.status() == Status.FAILED)
                .extracting(CheckResult::id)
                .containsExactly("selinux.enforcing", "selinux.relabel");
    }

    private void preparedBootLoader() throws IOException {
        put("etc/sysconfig/bootloader", "LOADER_TYPE=\"grub2-efi\"\nSECURE_BOOT=\"yes\"\nUPDATE_NVRAM=\"no\"\n");
        put(BIOS_UPDATE, "");
        put("usr/sbin/update-bootloader", "");
        put("usr/sbin/shim-install", "");
        put("usr/lib/bootloader/grub2-efi/install", "");
        put("etc/selinux/config", "SELINUX=enforcing\nSELINUXTYPE=targeted\n");
        put("etc/selinux/targeted/contexts/files/file_contexts", "/.* system_u:object_r:default_t:s0\n");
        var arguments = "console=tty0 console=ttyS0,115200n8 security=selinux selinux=1";
        put("etc/default/grub", "GRUB_CMDLINE_LINUX=\"\"\nGRUB_CMDLINE_LINUX_DEFAULT=\"" + arguments + "\"\n");
        put("boot/grub2/grub.cfg", "menuentry 'Leap' {\n  linux /boot/vmlinuz root=UUID=1 " + arguments + "\n}\n");
        put("boot/efi/EFI/BOOT/grub.cfg", "search --fs-uuid --set=root 1\nsource \"${prefix}/grub.cfg\"\n");
    }

    private void cloudInitOfSuse() throws IOException {
        for (var name : List.of("cloud-init-local", "cloud-config", "cloud-final")) {
            put(UNITS + name + ".service", "[Service]\nType=oneshot\n[Install]\nWantedBy=cloud-init.target\n");
            put(ENABLED + name + ".service", "");
        }
        put(UNITS + "cloud-init.service", "[Service]\nType=oneshot\n[Install]\n");
        put(UNITS + "cloud-init-main.service", "");
        put(UNITS + "cloud-init-network.service", "");
        put(UNITS + "cloud-config.target", "[Unit]\nWants=cloud-init-local.service cloud-init.service\n");
    }

    private Status status(String script, String id) {
        return check(script, id).status();
    }

    private CheckResult check(String script, String id) {
        return run(script).stream()
                .filter(each -> each.id().equals(id))
                .findAny()
                .orElseThrow();
    }

    private List<CheckResult> run(String name) {
        try {
            var script = CheckScript.of(name, Files.readString(CHECKS.resolve(name + ".sh")));
            var whole = Files.writeString(
                    Files.createTempFile("check", ".sh"), Files.readString(CHECKS.resolve("lib.sh")) + script.text());
            var output = new OfflineOutput();
            output.accept("{\"script\":\"" + name + "\"}");
            var result = processes.run(Command.of("bash", whole.toString())
                    .env("ROOT", root.toString())
                    .env("CST_FAMILY", "suse")
                    .env("CST_RELEASE", "leap-16.0")
                    .env("CST_ARCH", "x86_64")
                    .env("CST_DATASOURCES", "CloudStack")
                    .env("CST_DEFAULT_USER", "opensuse")
                    .env("CST_PASSWORD_ENABLED", "true")
                    .onLine(output::accept));
            Files.delete(whole);
            output.accept("{\"ended\":" + result.exitCode() + "}");
            return output.result(List.of(script)).checks();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void put(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }
}
