package dev.cstemplates.validation.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the check scripts that only read files against a directory that looks like a clean system, and then breaks it. */
final class OfflineScriptsTest {

    private static final Path CHECKS = Path.of("scripts", "validation", "offline");

    private final Processes processes = new Processes();

    @TempDir
    private Path root;

    @BeforeEach
    void makeCleanSystem() throws IOException {
        for (var folder : List.of("etc/ssh", "etc/sudoers.d", "root", "home", "tmp", "var/tmp", "var/log/journal")) {
            Files.createDirectories(root.resolve(folder));
        }
        sticky("tmp");
        sticky("var/tmp");
        put("etc/machine-id", "");
        put("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
        put("etc/passwd", "root:x:0:0::/root:/bin/bash\ndaemon:x:1:1::/:/bin/sh\nnobody:x:65534:1::/:/bin/sh\n");
        put("etc/shadow", "root:!*:1::::::\ndaemon:*:1::::::\nnobody:!:1::::::\n");
        mode("etc/shadow", "rw-r-----");
        put("etc/gshadow", "root:*::\nsudo:!::\n");
        mode("etc/gshadow", "rw-r-----");
        put("etc/group", "root:x:0:\n");
        put(
                "etc/sudoers",
                "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n");
        put("etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n");
        put("etc/ssh/sshd_config.d/60-cloudstack.conf", "PermitRootLogin prohibit-password\n");
        put(
                "etc/apt/sources.list.d/debian.sources",
                "Types: deb\nURIs: http://mirror.example.org/debian\nSuites: bookworm\n");
        put("var/lib/apt/lists/lock", "");
        put("var/lib/dpkg/status", installed("dpkg").repeat(60));
        put("usr/bin/env", "\177ELF" + "\0".repeat(14) + ">\0");
        put("root/.bashrc", "# usual");
        put("var/log/wtmp", "");
        put("etc/selinux/config", "# comment\nSELINUX=enforcing\n");
        put("etc/dnf/dnf.conf", "[main]\ngpgcheck=1\n");
        put("etc/zypp/locks", "\n# nothing\n");
        put(
                "etc/zypp/services.d/openSUSE.service",
                "[openSUSE]\nurl = file:///usr/share/zypp/local/service/openSUSE\n");
    }

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void cleanSystemPasses() throws IOException {
        for (var script : List.of("os", "identity", "accounts", "traces", "permissions", "ssh")) {
            assertThat(run("common/" + script)).noneMatch(check -> check.status() == Status.FAILED);
        }
        for (var script : List.of("sources", "state", "packages")) {
            assertThat(run("apt/" + script)).noneMatch(check -> check.status() == Status.FAILED);
        }
        assertThat(run("dnf/state")).noneMatch(check -> check.status() == Status.FAILED);
        assertThat(run("zypper/state")).noneMatch(check -> check.status() == Status.FAILED);
    }

    @Test
    void requiresSELinuxInEnforcingMode() throws IOException {
        put("etc/selinux/config", "SELINUX=permissive\n");
        assertThat(run("dnf/state"))
                .filteredOn(check -> check.status() == Status.FAILED)
                .extracting(CheckResult::id)
                .containsExactly("selinux.enforcing");
    }

    /** A script, a file to create with one line, and the only check that must fail and name the file. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "common/identity    | etc/machine-id                              | 0123456789abcdef0123456789abcdef |"
                        + " identity.machine-id",
                "common/identity    | var/lib/dbus/machine-id                     | 0123456789abcdef                 |"
                        + " identity.dbus-machine-id",
                "common/identity    | etc/ssh/ssh_host_ed25519_key                | key                              |"
                        + " identity.host-keys",
                "common/identity    | etc/ssh/ssh_host_rsa_key.pub                | key                              |"
                        + " identity.host-keys",
                "common/identity    | var/lib/systemd/random-seed                 | x                                |"
                        + " identity.random-seed",
                "common/identity    | var/lib/systemd/credential.secret           | x                                |"
                        + " identity.random-seed",
                "common/identity    | etc/hostname                                | builder                          |"
                        + " identity.hostname",
                "common/identity    | etc/resolv.conf                             | nameserver 10.0.2.3              |"
                        + " identity.resolv-conf",
                "common/identity    | var/lib/cloud/data/instance-id              | i-1                              |"
                        + " identity.cloud-init-state",
                "common/identity    | etc/udev/rules.d/70-persistent-net.rules    | x                                |"
                        + " identity.udev-rules",
                "common/identity    | etc/netplan/50-cloud-init.yaml              | x                                |"
                        + " identity.network",
                "common/identity    | etc/network/interfaces                      | iface ens3 inet dhcp             |"
                        + " identity.network",
                "common/identity    | etc/systemd/network/a.network               | MACAddress=52:54:00:12:34:56     |"
                        + " identity.network",
                "common/identity    | etc/ssh/host-keys-instance                  | i-1                              |"
                        + " identity.others",
                "common/accounts    | etc/shadow                                  | root:$y$j9T$salt$hash:1::::::    |"
                        + " accounts.passwords",
                "common/accounts    | etc/shadow                                  | root:!$y$j9T$salt$hash:1::::::   |"
                        + " accounts.passwords",
                "common/accounts    | etc/shadow                                  | root::1::::::                    |"
                        + " accounts.passwords",
                "common/accounts    | etc/passwd                                  | build:x:1000:1000::/:/bin/sh     |"
                        + " accounts.extra",
                "common/accounts    | etc/passwd                                  | toor:x:0:0::/:/bin/sh            |"
                        + " accounts.superusers",
                "common/accounts    | root/.ssh/authorized_keys                   | ssh-ed25519 AAAA                 |"
                        + " accounts.keys",
                "common/accounts    | home/build/.profile                         | x                                |"
                        + " accounts.homes",
                "common/accounts    | etc/sudoers.d/90-cloud-init-users           | x                                |"
                        + " accounts.sudoers",
                "common/accounts    | etc/sudoers                                 | build ALL=(ALL) NOPASSWD:ALL     |"
                        + " accounts.sudoers",
                "common/accounts    | etc/shadow-                                 | x                                |"
                        + " accounts.backups",
                "common/traces      | var/log/dpkg.log                            | x                                |"
                        + " traces.logs",
                "common/traces      | var/log/journal/0123/system.journal         | x                                |"
                        + " traces.journal",
                "common/traces      | var/lib/dhcp/dhclient.ens3.leases           | lease {                          |"
                        + " traces.leases",
                "common/traces      | home/a/.bash_history                       | ls                               |"
                        + " traces.histories",
                "common/traces      | opt/a/.lesshst                              | x                                |"
                        + " traces.histories",
                "common/traces      | home/a/.python_history                      | x                                |"
                        + " traces.histories",
                "common/traces      | tmp/script_1234.sh                          | x                                |"
                        + " traces.temporary",
                "common/traces      | var/tmp/a                                   | x                                |"
                        + " traces.temporary",
                "common/traces      | debootstrap/debootstrap.log                 | x                                |"
                        + " traces.installer",
                "common/traces      | var/crash/a                                 | x                                |"
                        + " traces.crashes",
                "common/traces      | var/mail/root                               | x                                |"
                        + " traces.mail",
                "common/traces      | root/notes.txt                              | x                                |"
                        + " traces.root-home",
                "common/ssh         | etc/ssh/sshd_config.d/10-a.conf             | PermitRootLogin yes              |"
                        + " ssh.root",
                "common/ssh         | etc/ssh/sshd_config.d/10-a.conf             | PermitEmptyPasswords=yes         |"
                        + " ssh.empty-passwords",
                "common/ssh         | etc/ssh/sshd_config.d/10-a.conf             | PasswordAuthentication no        |"
                        + " ssh.passwords",
                "common/os          | etc/os-release                              | ID=ubuntu                        |"
                        + " os.identity",
                "apt/sources        | etc/apt/sources.list                        | deb http://10.0.2.2:3142/debian a"
                        + " b  | apt.sources",
                "apt/sources        | etc/apt/sources.list                        | deb [trusted=yes]"
                        + " http://mirror.example.org/debian a b | apt.trust",
                "apt/sources        | etc/apt/apt.conf.d/01proxy                  | Acquire::http::Proxy"
                        + " \"http://10.0.2.2\";  | apt.configuration",
                "apt/state          | var/lib/apt/lists/mirror.example.org_InRelease  | x                             "
                        + "   | apt.lists",
                "apt/state          | var/cache/apt/archives/a.deb                | x                                |"
                        + " apt.archives",
                "apt/state          | var/cache/apt/pkgcache.bin                  | x                                |"
                        + " apt.archives",
                "apt/state          | usr/sbin/policy-rc.d                        | x                                |"
                        + " apt.policy",
                "dnf/state          | var/cache/dnf/BaseOS-1/a.solv               | x                                |"
                        + " dnf.cache",
                "dnf/state          | var/cache/libdnf5/a/repomd.xml              | x                                |"
                        + " dnf.cache",
                "dnf/state          | etc/yum.repos.d/a.repo                      | gpgcheck = 0                     |"
                        + " dnf.trust",
                "dnf/state          | etc/yum.repos.d/a.repo                      | baseurl=file:///run/install/repo |"
                        + " dnf.trust",
                "dnf/state          | etc/dnf/dnf.conf                            | proxy=http://10.0.2.2:3128       |"
                        + " dnf.proxy",
                "dnf/state          | .autorelabel                                | x                                |"
                        + " selinux.relabel",
                "dnf/state          | etc/pki/consumer/cert.pem                   | x                                |"
                        + " subscription.none",
                "zypper/state       | var/cache/zypp/solv/a/solv                  | x                                |"
                        + " zypper.cache",
                "zypper/state       | etc/zypp/repos.d/a.repo                     | gpgcheck=0                       |"
                        + " zypper.trust",
                "zypper/state       | etc/zypp/repos.d/a.repo                     | baseurl=dvd:///?devices=/dev/sr0 |"
                        + " zypper.medium",
                "zypper/state       | etc/zypp/locks                              | solvable_name: kernel-default    |"
                        + " zypper.locks",
                "zypper/state       | etc/zypp/credentials.d/SCCcredentials       | x                                |"
                        + " subscription.none",
                "zypper/state       | etc/zypp/services.d/SUSE.service            | url = https://scc.suse.com/access"
                        + " | subscription.none",
            })
    void eachTraceFailsExactlyOneCheck(String script, String file, String line, String id) throws IOException {
        append(file, line + "\n");
        assertThat(run(script))
                .filteredOn(check -> check.status() == Status.FAILED)
                .satisfiesExactly(check -> {
                    assertThat(check.id()).isEqualTo(id);
                    assertThat(check.detail()).isNotBlank();
                });
    }

    @Test
    void allowsAnSshdFileThatIsReadAfterCloudInits() throws IOException {
        put("etc/ssh/sshd_config.d/60-cloudstack.conf", "PasswordAuthentication no\n");
        assertThat(run("common/ssh")).noneMatch(check -> check.status() == Status.FAILED);
        assertThat(run("common/ssh", "false")).noneMatch(check -> check.status() == Status.FAILED);
    }

    @Test
    void requiresRefusedPasswordsInTemplatesWithoutPassword() {
        assertThat(run("common/ssh", "false"))
                .filteredOn(check -> check.status() == Status.FAILED)
                .extracting(CheckResult::id)
                .containsExactly("ssh.passwords");
    }

    @Test
    void findsWorldWritableAndSetuidFiles() throws IOException {
        mode("usr/bin/env", "rwxrwxrwx");
        put("usr/local/bin/odd", "x");
        processes.check(
                Command.of("chmod", "4755", root.resolve("usr/local/bin/odd").toString()));
        mode("etc/shadow", "rw-r--r--");
        var checks = run("common/permissions");
        assertThat(checks)
                .filteredOn(check -> check.status() == Status.FAILED)
                .extracting(CheckResult::id)
                .containsExactly("permissions.world-writable", "permissions.secrets");
        assertThat(checks)
                .filteredOn(check -> check.id().equals("permissions.setuid"))
                .allSatisfy(check -> {
                    assertThat(check.status()).isEqualTo(Status.WARNING);
                    assertThat(check.detail()).isEqualTo("/usr/local/bin/odd");
                });
    }

    @Test
    void readsAllUrisOfASourcesFile() throws IOException {
        put(
                "etc/apt/sources.list.d/debian.sources",
                "URIs: http://mirror.example.org/debian\n http://evil.example/debian\nSuites: a\n");
        assertThat(run("apt/sources"))
                .filteredOn(check -> check.status() == Status.FAILED)
                .singleElement()
                .satisfies(check -> assertThat(check.detail()).isEqualTo("http://evil.example/debian"));
    }

    @Test
    void reportsFilesWithUnusualNames() throws IOException {
        put("tmp/a \"quoted\" \\ $(id) \u0007 name", "x");
        assertThat(run("common/traces"))
                .filteredOn(check -> check.status() == Status.FAILED)
                .singleElement()
                .satisfies(check -> assertThat(check.detail()).contains("/tmp/a \"quoted\" \\ $(id) ? name"));
    }

    @Test
    void missingAccountFilesFail() throws IOException {
        Files.delete(root.resolve("etc/shadow"));
        assertThat(run("common/accounts"))
                .filteredOn(check -> check.id().equals("accounts.passwords"))
                .extracting(CheckResult::status)
                .containsExactly(Status.FAILED);
    }

    @Test
    void findsAHalfInstalledPackage() throws IOException {
        append("var/lib/dpkg/status", "Package: broken\nStatus: install ok half-configured\nVersion: 1\n\n");
        assertThat(run("apt/state"))
                .filteredOn(check -> check.status() == Status.FAILED)
                .singleElement()
                .satisfies(check -> assertThat(check.detail()).contains("broken"));
    }

    private List<CheckResult> run(String name) {
        return run(name, "true");
    }

    private List<CheckResult> run(String name, String passwordEnabled) {
        try {
            var script = CheckScript.of(name, Files.readString(CHECKS.resolve(name + ".sh")));
            var whole = Files.writeString(
                    Files.createTempFile(root.getParent(), "check", ".sh"),
                    Files.readString(CHECKS.resolve("lib.sh")) + script.text());
            var output = new OfflineOutput();
            output.accept("{\"script\":\"" + name + "\"}");
            var result = processes.run(Command.of("bash", whole.toString())
                    .env("ROOT", root.toString())
                    .env("CST_FAMILY", "debian")
                    .env("CST_RELEASE", "12")
                    .env("CST_ARCH", "x86_64")
                    .env("CST_MIRRORS", "http://mirror.example.org/debian/ http://security.example.org/debian-security")
                    .env("CST_PASSWORD_ENABLED", passwordEnabled)
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

    private void append(String file, String text) throws IOException {
        var there = root.resolve(file);
        put(file, Files.exists(there) ? Files.readString(there) + text : text);
    }

    private void mode(String file, String mode) throws IOException {
        Files.setPosixFilePermissions(root.resolve(file), PosixFilePermissions.fromString(mode));
    }

    private void sticky(String folder) {
        processes.check(Command.of("chmod", "1777", root.resolve(folder).toString()));
    }

    private static String installed(String name) {
        return Stream.of("Package: " + name, "Status: install ok installed", "Version: 1", "Architecture: all", "")
                .reduce("", (all, line) -> all + line + "\n");
    }
}
