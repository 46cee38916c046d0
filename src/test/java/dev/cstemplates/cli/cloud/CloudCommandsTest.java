package dev.cstemplates.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.artifact.Draft;
import dev.cstemplates.artifact.Manifest;
import dev.cstemplates.cli.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudCommandsTest {

    @TempDir
    Path folder;

    private Console console;

    @BeforeEach
    void open() {
        console = new Console(Path.of("").toAbsolutePath(), folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publish",
                "publications",
                "deploy-test",
                "promote",
                "rollback",
                "retire",
                "share",
                "user-data",
                "deliver"
            })
    void everyCommandExplainsItselfWithExamples(String command) {
        var run = console.run(command, "--help");

        assertThat(run.out()).contains("Usage: cst " + command, "Example", "--profile");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void aBrokenProfileIsListedAsInvalidBesideTheOthersAndCanBeRemoved() throws Exception {
        console.run("profile", "add", "prod", "--endpoint", "https://cloud.example.org/client/api");
        Files.writeString(folder.resolve("profiles/bad.yaml"), "endpoint: https://x.example.org/api\nzonse: [a]\n");

        var list = console.run("profile", "list");
        assertThat(list.out())
                .contains("prod", "https://cloud.example.org/client/api")
                .containsPattern("bad +\\(invalid\\)");
        assertThat(list.err()).contains("bad.yaml", "zonse");
        assertThat(list.exitCode()).isZero();
        assertThat(console.run("profile", "remove", "bad").exitCode()).isZero();
        assertThat(console.run("profile", "list").err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:99999", "0.0.0.0:65536"})
    void aPortOutOfRangeIsRefused(String listen) throws Exception {
        Files.createDirectories(folder.resolve("profiles"));
        Files.writeString(folder.resolve("profiles/prod.yaml"), """
            endpoint: https://cloud.invalid/client/api
            credentials: {environment: {apiKey: A, secretKey: B}}
            delivery: {serve: {listen: "%s", address: "http://x.example.org"}}
            """.formatted(listen));
        var store = new ArtifactStore(folder.resolve("artifacts"), folder.resolve("locks"), Clock.systemUTC());
        store.add(new Draft(
                "debian-12",
                "Debian 12",
                "x86_64",
                "test",
                "0".repeat(64),
                1,
                new Manifest.ValidationSummary(true, 1, 0, 0, 0),
                new TreeMap<>(),
                List.of(),
                List.of()));

        var run = console.run("publish", "debian-12", "--profile", "prod");

        assertThat(run.err()).contains("Invalid delivery.serve.listen '" + listen + "'", "from 0 to 65535");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void publicationsHasListAndPruneAndTheFormerNameOfPruneWarns() {
        assertThat(console.run("publications", "prune", "--help").out())
                .contains("Usage: cst publications prune", "Example", "--profile");
        assertThat(console.run("--help").out()).doesNotContain("  prune ");
        var former = console.run("prune", "debian-12", "--profile", "prod", "--keep", "1");
        assertThat(former.err()).contains("'cst prune' is deprecated", "'cst publications prune'", "No profile 'prod'");
        for (var command : List.of(List.of("publications"), List.of("publications", "list"))) {
            assertThat(console.run(command.toArray(String[]::new)).err()).contains("--profile");
        }
        assertThat(console.run("publications").exitCode()).isEqualTo(2);
    }

    @Test
    void profilesAreAddedListedAndRemoved() {
        assertThat(console.run("profile", "list").out()).contains("No profiles yet");
        assertThat(console.run("profile", "add", "prod", "--endpoint", "https://cloud.example.org/client/api")
                        .exitCode())
                .isZero();
        assertThat(console.run("profile", "list").out()).contains("prod", "https://cloud.example.org/client/api");
        assertThat(console.run("profile", "add", "prod", "--endpoint", "https://x/client/api")
                        .err())
                .contains("exists already");
        assertThat(console.run("profile", "remove", "prod").exitCode()).isZero();
        assertThat(console.run("profile", "list", "--json").out()).contains("[ ]");
    }

    @Test
    void withoutKeysNothingIsAsked() {
        console.run("profile", "add", "prod", "--endpoint", "https://cloud.invalid/client/api");

        var run = console.run("profile", "test", "prod");

        assertThat(run.err()).contains("CST_API_KEY is not set");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void whatCanNotBeIsSaidBeforeAnythingIsAsked() {
        console.run("profile", "add", "prod", "--endpoint", "https://cloud.invalid/client/api");

        assertThat(console.run("publish", "debian-12", "--profile", "prod").err())
                .contains("No artifact 'debian-12'");
        assertThat(console.run("publish", "debian-12", "--profile", "other", "--upload", "--url", "http://x/")
                        .err())
                .contains("cannot be combined");
        assertThat(console.run("publications", "--profile", "prd").err()).contains("No profile 'prd'", "prod");
        assertThat(console.run("publish", "debian-12").err()).contains("--profile");
    }

    @Test
    void aBuildThatIsToBePublishedNeedsItsProfileFirst() {
        console.run("profile", "add", "prod", "--endpoint", "https://cloud.invalid/client/api");

        assertThat(console.run("build", "debian-12", "--publish", "other").err())
                .contains("No profile 'other'");
        var withoutKeys = console.run("build", "debian-12", "--publish", "prod");
        assertThat(withoutKeys.err()).contains("CST_API_KEY is not set");
        assertThat(withoutKeys.exitCode()).isEqualTo(2);
        assertThat(console.run("build", "debian-12", "--publish", "prod", "--until", "install")
                        .err())
                .contains("--publish cannot be combined with --until or --queue", "cst publish ID --profile prod");
    }
}
