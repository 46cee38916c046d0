package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs each family's clean-up scripts twice, with this host's programs, in a directory that looks like the root of a prepared system of that
 * family.
 */
@Tag("real-tools")
class CleanupScriptsRealToolsTest {

    /** Files that every family's clean-up must remove. */
    private static final List<String> LEFT_BY_EVERY_BUILD = List.of(
            "etc/ssh/ssh_host_ed25519_key",
            "etc/passwd-",
            "etc/shadow-",
            "root/.ssh/authorized_keys",
            "root/.bash_history",
            "root/notes.txt",
            "var/lib/cloud/instance/user-data.txt",
            "var/lib/systemd/random-seed",
            "var/lib/NetworkManager/internal.lease",
            "var/log/cloud-init.log",
            "var/log/journal/0123/system.journal",
            "var/tmp/scratch",
            "tmp/script.sh");

    private final Processes processes = new Processes();

    @TempDir
    Path system;

    @AfterEach
    void end() {
        processes.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        apt    | var/lib/apt/lists/a_InRelease var/cache/apt/archives/a.deb var/log/installer/syslog swap.img
        dnf    | root/anaconda-ks.cfg var/log/anaconda/syslog var/cache/dnf/a/b.solv var/lib/dnf/history.sqlite \
                 etc/NetworkManager/system-connections/a.nmconnection etc/pki/consumer/cert.pem etc/a.rpmnew
        zypper | root/autoinst.xml var/adm/autoinstall/a var/log/YaST2/y2log var/cache/zypp/solv/a/solv \
                 etc/zypp/credentials.d/SCCcredentials var/lib/wicked/duid.xml var/lib/zypp/AnonymousUniqueId
        """)
    void removesOnlyTracesOfTheBuild(String family, String leftovers) throws IOException {
        Assumptions.assumeTrue(
                System.getProperty("user.name").equals("root"), "SKIPPED: only root can change the root folder");
        var left = Stream.concat(
                        LEFT_BY_EVERY_BUILD.stream(),
                        Stream.of(leftovers.replace("\\", "").trim().split("\\s+", -1)))
                .toList();
        for (var file : left) {
            put(file, "left over");
        }
        put("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        put("etc/hostname", "builder\n");
        put("etc/passwd", "root:x:0:0::/root:/bin/bash\n");
        put("etc/group", "root:x:0:\nutmp:x:43:\n");
        put("etc/shadow", "root:!*:1::::::\n");
        put("etc/ssh/sshd_config", "UsePAM yes\n");
        put("root/.bashrc", "# usual\n");
        put("var/log/audit/audit.log", "left over");

        var first = cleanedUp(family);
        assertThat(first).doesNotContainAnyElementsOf(left);
        assertThat(first).contains("etc/passwd", "etc/shadow", "etc/ssh/sshd_config", "root/.bashrc", "var/log/wtmp");
        assertThat(system.resolve("etc/machine-id")).isEmptyFile();
        assertThat(system.resolve("etc/hostname")).isEmptyFile();
        assertThat(cleanedUp(family)).as("a second run changes nothing").isEqualTo(first);
    }

    /** Runs the scripts and lists the remaining files. */
    private List<String> cleanedUp(String family) throws IOException {
        var run = """
            set -euo pipefail
            cd "$SYSTEM"
            mkdir -p etc/alternatives root home tmp var usr dev proc
            # This host's alternatives say which awk is meant.
            cp -a /etc/alternatives/. etc/alternatives/
            for folder in bin sbin lib lib64; do
                ln -sfn "usr/$folder" "$folder"
            done
            mount --rbind /dev dev
            mount --bind /proc proc
            mount --bind --read-only /usr usr
            for script in "$@"; do
                chroot . bash -c "$script"
            done
            """;
        var command = new ArrayList<>(List.of("unshare", "--mount", "bash", "-c", run, "clean-up"));
        try (var scripts = Files.list(Path.of("scripts/cleanup").resolve(family))) {
            for (var script : scripts.sorted().toList()) {
                command.add(Files.readString(script));
            }
        }
        processes.check(Command.of(command).env("SYSTEM", system.toString()));
        try (var files = Files.walk(system)) {
            return files.filter(file -> !Files.isDirectory(file))
                    .map(file -> system.relativize(file).toString())
                    .filter(name -> !name.startsWith("etc/alternatives/") && !name.matches("s?bin|lib(64)?"))
                    .sorted()
                    .toList();
        }
    }

    private void put(String file, String text) throws IOException {
        Files.createDirectories(system.resolve(file).getParent());
        Files.writeString(system.resolve(file), text);
    }
}
