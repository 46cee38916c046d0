package dev.cstemplates.host.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cstemplates.host.FixCommand;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackerSourceTest {

    private static final Path ONE_KEY = Path.of("/usr/share/keyrings/debian-archive-bookworm-stable.gpg");
    private static final Path SEVERAL_KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
    private static final String ITS_FINGERPRINT = "4D64FEC119C2029067D6E791F8D2585B8783D481";

    @TempDir
    Path folder;

    @Test
    void installsThePinnedKey() throws Exception {
        assertThat(fetch(ONE_KEY, ITS_FINGERPRINT).succeeded()).isTrue();
        assertThat(folder.resolve("key")).hasSameBinaryContentAs(ONE_KEY);
    }

    @Test
    void rejectsAnotherKey() throws Exception {
        var result = fetch(ONE_KEY, PackerSource.FINGERPRINT);

        assertThat(result.succeeded()).isFalse();
        assertThat(result.output()).contains(ITS_FINGERPRINT, "expected " + PackerSource.FINGERPRINT);
        assertThat(folder.resolve("key")).doesNotExist();
    }

    @Test
    void rejectsThePinnedKeyTogetherWithOthers() throws Exception {
        assertThat(fetch(SEVERAL_KEYS, ITS_FINGERPRINT).succeeded()).isFalse();
        assertThat(folder.resolve("key")).doesNotExist();
    }

    @Test
    void everyDistributionVerifiesTheKeyBeforeItUsesTheRepository() {
        var host = FakeHost.debian(folder);
        for (var id : new String[] {"debian", "fedora", "almalinux\nID_LIKE=rhel", "opensuse-leap"}) {
            host.file("/etc/os-release", "ID=" + id + "\nVERSION_CODENAME=bookworm\n");

            var line = FixCommand.line(PackerSource.commands(host.host()), true);

            assertThat(line).as(id).contains(PackerSource.FINGERPRINT).doesNotContain("--gpg-auto-import-keys");
            assertThat(line.indexOf(PackerSource.FINGERPRINT)).isLessThan(line.lastIndexOf("packer"));
        }
    }

    private Processes.Result fetch(Path served, String fingerprint) throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/gpg")) && Files.exists(served));
        FakeHost.debian(folder).program("curl", "cp '" + served + "' \"${@: -1}\"");
        var script = PackerSource.fetchKey(
                "https://example.org/gpg", fingerprint, folder.resolve("key").toString());
        try (var processes = new Processes()) {
            return processes.run(Command.of("sh", "-c", script)
                    .env("PATH", folder.resolve("bin") + ":/usr/bin:/bin")
                    .env("GNUPGHOME", folder.toString()));
        }
    }
}
