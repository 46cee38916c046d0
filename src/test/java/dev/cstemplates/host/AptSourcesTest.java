package dev.cstemplates.host;

import static dev.cstemplates.core.Architecture.AARCH64;
import static dev.cstemplates.core.Architecture.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.host.AptSources.Mirrors;
import dev.cstemplates.host.doctor.FakeHost;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptSourcesTest {

    @TempDir
    Path root;

    private FakeHost host = new FakeHost(Path.of("/nowhere"));

    @BeforeEach
    void start() {
        host = FakeHost.debian(root);
    }

    @Test
    void readsDeb822Stanzas() {
        host.file("/etc/apt/sources.list.d/debian.sources", """
            Types: deb
            # a comment in the middle
            URIs: http://mirror.example.org/debian/
            Suites: bookworm bookworm-updates
            Components: main
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            URIs: http://security.example.org/debian-security
            Suites: bookworm-security
            Components: main
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
            """);

        assertThat(mirrors("debian"))
                .contains(new Mirrors(
                        "http://mirror.example.org/debian",
                        Optional.of("http://security.example.org/debian-security")));
        assertThat(mirrors("ubuntu")).isEmpty();
    }

    @Test
    void readsLinesWithOptionsCommentsAndCdroms() {
        host.file("/etc/apt/sources.list", """
            # deb http://old.example.org/debian bookworm main
            deb cdrom:[Debian GNU/Linux 12.0.0 _Bookworm_ - Official amd64 DVD]/ bookworm main
            deb-src http://sources.example.org/debian bookworm main
            deb [ arch=amd64 trusted=no ] http://near.example.org/debian bookworm main contrib # near
            deb http://near.example.org/debian bookworm-updates main
            deb http://near.example.org/debian-security bookworm-security main
            """);

        assertThat(mirrors("debian"))
                .contains(new Mirrors(
                        "http://near.example.org/debian", Optional.of("http://near.example.org/debian-security")));
    }

    @Test
    void ignoresThirdPartiesThatUseTheSuiteName() {
        host.file("/etc/apt/sources.list.d/a-vendor.list", """
            deb https://download.docker.com/linux/debian bookworm stable
            deb [signed-by=/usr/share/keyrings/hashicorp.gpg] https://apt.releases.hashicorp.com bookworm main
            deb [signed-by=/usr/share/keyrings/zabbix.gpg] https://repo.zabbix.com/zabbix/6.0/debian bookworm main
            """);
        assertThat(mirrors("debian")).isEmpty();

        host.file("/etc/apt/sources.list.d/z-own.list", """
            deb https://proxy.example.org/debian-all bookworm main
            deb https://proxy.example.org/debian-all bookworm-updates main
            """);
        assertThat(mirrors("debian")).contains(new Mirrors("https://proxy.example.org/debian-all", Optional.empty()));
    }

    @Test
    void usesTheSingleLineOfBootstrappedSystems() {
        host.file("/etc/apt/sources.list", "deb http://mirror.example.org/debian bookworm main\n");

        assertThat(mirrors("debian")).contains(new Mirrors("http://mirror.example.org/debian", Optional.empty()));
    }

    @Test
    void followsTheMirrorListsOfCloudImages() {
        host.file("/etc/apt/mirrors/debian.list", "# nearest first\nhttps://near.example.org/debian priority:1\n")
                .file("/etc/apt/sources.list.d/debian.sources", """
                    Types: deb deb-src
                    URIs: mirror+file:///etc/apt/mirrors/debian.list
                    Suites: bookworm bookworm-updates
                    Components: main
                    """);

        assertThat(mirrors("debian")).map(Mirrors::archive).contains("https://near.example.org/debian");
    }

    @Test
    void ignoresDisabledSourcesAndUsesTheFirstAddress() {
        host.file("/etc/apt/sources.list.d/a.sources", """
            Enabled: no
            Types: deb
            URIs: http://off.example.org/debian
            Suites: bookworm bookworm-updates
            Components: main
            """).file("/etc/apt/sources.list.d/b.sources", """

                Types: deb
                URIs: http://one.example.org/debian http://two.example.org/debian
                Suites: bookworm
                Components: main
                Signed-By:
                 -----BEGIN PGP PUBLIC KEY BLOCK-----
                 .
                 mQINBF
                 -----END PGP PUBLIC KEY BLOCK-----

                Types: deb
                URIs: http://one.example.org/debian http://two.example.org/debian
                Suites: bookworm-updates
                Components: main
                Signed-By:
                 -----BEGIN PGP PUBLIC KEY BLOCK-----
                 .
                 mQINBF
                 -----END PGP PUBLIC KEY BLOCK-----
                """);

        assertThat(mirrors("debian")).map(Mirrors::archive).contains("http://one.example.org/debian");
    }

    @Test
    void ubuntusArchiveDoesNotCarryOtherArchitectures() {
        host.file("/etc/apt/sources.list", """
            deb https://ppa.launchpadcontent.net/someone/tool/ubuntu noble main
            deb http://de.archive.ubuntu.com/ubuntu/ noble main restricted universe
            deb http://de.archive.ubuntu.com/ubuntu/ noble-updates main restricted universe
            deb http://security.ubuntu.com/ubuntu/ noble-security main restricted universe
            """);

        assertThat(mirrors("ubuntu"))
                .contains(new Mirrors(
                        "http://de.archive.ubuntu.com/ubuntu", Optional.of("http://security.ubuntu.com/ubuntu")));
        assertThat(AptSources.of(host.host()).mirrors("ubuntu", AARCH64)).isEmpty();
        assertThat(mirrors("debian")).isEmpty();
    }

    @Test
    void hostWithoutAptHasNoMirrors() {
        assertThat(mirrors("debian")).isEmpty();
    }

    private Optional<Mirrors> mirrors(String family) {
        return AptSources.of(host.host()).mirrors(family, X86_64);
    }
}
