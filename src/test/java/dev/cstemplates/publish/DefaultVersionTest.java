package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.cli.Console;
import dev.cstemplates.core.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * The default version and architecture of each command. Published are .1 for three hypervisors and .2 for KVM, both for this
 * host's architecture, and .3 for KVM for another architecture.
 */
class DefaultVersionTest {

    private static final Architecture HOST = Architecture.ofThisHost();
    private static final Architecture OTHER = HOST == Architecture.X86_64 ? Architecture.AARCH64 : Architecture.X86_64;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private RunRig rig;

    @SuppressWarnings("NullAway.Init")
    private Artifact first;

    @SuppressWarnings("NullAway.Init")
    private Artifact second;

    @SuppressWarnings("NullAway.Init")
    private Artifact foreign;

    @BeforeEach
    void publish() throws IOException {
        rig = new RunRig(folder);
        first = rig.artifact(1, HOST);
        second = rig.artifact(2, HOST);
        foreign = rig.artifact(3, OTHER);
        rig.publisher().publish(rig.request(first, false));
        rig.publisher().publish(rig.request(second, false, "kvm"));
        rig.publisher().publish(rig.request(foreign, false, "kvm"));
        rig.addProfile("prod");
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void promoteChoosesTheNewestVersionEvenIfNotAllHypervisorsHaveIt() {
        var run = cst("promote", "debian-12", "--skip-tests");

        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(
                        second.reference() + " is the current version.",
                        "VMware (" + HOST.id() + "): " + second.reference()
                                + " is not published for it, it has no current version",
                        "KVM (" + OTHER.id() + "): " + second.reference() + " is not published for it");
        assertThat(current()).containsExactly(second.reference() + " KVM");
    }

    @Test
    void promoteChoosesTheNewestVersionOfTheNamedArchitecture() {
        assertThat(cst("promote", "debian-12", "--arch", OTHER.id(), "--skip-tests")
                        .out())
                .contains(foreign.reference() + " is the current version.");
        assertThat(current()).containsExactly(foreign.reference() + " KVM");
    }

    @Test
    void promoteNeverChoosesARolledBackVersionByDefault() {
        cst("promote", first.reference(), "--skip-tests");
        cst("promote", second.reference(), "--skip-tests");
        cst("rollback", "debian-12");

        assertThat(cst("promote", "debian-12", "--skip-tests").out())
                .contains(first.reference() + " is the current version.");
        assertThat(current())
                .containsExactly(
                        first.reference() + " KVM", first.reference() + " VMware", first.reference() + " XenServer");
    }

    @Test
    void rollbackLeavesHypervisorsThatThePromotionDidNotTouch() {
        cst("promote", first.reference(), "--skip-tests");
        cst("promote", second.reference(), "--skip-tests");
        assertThat(current())
                .containsExactly(
                        first.reference() + " VMware", first.reference() + " XenServer", second.reference() + " KVM");

        assertThat(cst("rollback", "debian-12").exitCode()).isZero();

        assertThat(current())
                .containsExactly(
                        first.reference() + " KVM", first.reference() + " VMware", first.reference() + " XenServer");
    }

    @Test
    void retireRequiresAVersion() {
        var run = cst("retire", "debian-12");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("cst retire debian-12@VERSION");
    }

    @Test
    void shareAndUserDataChooseTheNewestVersion() {
        assertThat(cst("share", "debian-12", "--account", "admin").out()).contains(second.reference() + " is shared.");
        assertThat(cst("user-data", "debian-12", "--none").out()).contains(second.reference() + " has no user-data.");
    }

    @Test
    void deployTestChoosesTheNewestVersionOfTheHypervisor() {
        // The profile names a network that the cloud does not have: the test ends there.
        var run = cst("deploy-test", "debian-12", "--user", "debian");
        assertThat(run.err()).contains("No network 'test-net'").contains(second.reference() + " for KVM");

        assertThat(cst("deploy-test", "debian-12", "--user", "debian", "--hypervisor", "vmware")
                        .err())
                .contains(first.reference() + " for VMware");
        assertThat(cst("deploy-test", "debian-12", "--user", "debian", "--arch", OTHER.id())
                        .err())
                .contains(foreign.reference() + " for KVM");
    }

    @Test
    void artifactCommandsChooseThisHostsArchitecture() {
        assertThat(cstOnly("artifacts", "show", "debian-12").out()).contains(second.reference());
        assertThat(cstOnly("artifacts", "show", "debian-12", "--arch", OTHER.id())
                        .out())
                .contains(foreign.reference());
        assertThat(cst(
                                "publish",
                                "debian-12",
                                "--dry-run",
                                "--url",
                                "http://files.example.org/",
                                "--hypervisor",
                                "vmware")
                        .out())
                .contains(second.manifest().version())
                .doesNotContain(foreign.manifest().version());
    }

    @Test
    void publicationsNeverOfferAnOlderArtifactAsUpdate() throws IOException {
        cst("promote", second.reference(), "--skip-tests");
        cst("promote", foreign.reference(), "--skip-tests");
        assertThat(updates()).isEmpty();

        var third = rig.artifact(4, HOST);
        assertThat(updates()).containsExactly(third.manifest().version());
    }

    private Console.Run cst(String command, String... args) {
        var all = new ArrayList<>(List.of(command));
        all.addAll(List.of(args));
        all.addAll(List.of("--profile", "prod"));
        return cstOnly(all.toArray(String[]::new));
    }

    private Console.Run cstOnly(String... args) {
        return new Console(Path.of("").toAbsolutePath(), folder).run(args);
    }

    /** Version and hypervisor of each current template. */
    private List<String> current() {
        return rig.lifecycle().list().stream()
                .filter(each -> each.state() == ReleaseState.CURRENT)
                .map(each -> each.versionReference() + " " + each.hypervisor())
                .sorted()
                .toList();
    }

    private List<String> updates() {
        var rows = JsonMapper.shared()
                .readTree(cst("publications", "list", "--json").out());
        return rows.valueStream()
                .map(row -> row.path("update").asString())
                .filter(update -> !update.isEmpty())
                .toList();
    }
}
