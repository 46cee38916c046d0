package dev.cstemplates.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.Console;
import java.nio.file.Path;
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
                "prune",
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
    void profilesAreMadeListedAndRemoved() {
        assertThat(console.run("profile", "list").out()).contains("no profiles yet");
        assertThat(console.run("profile", "add", "prod", "--endpoint", "https://cloud.example.org/client/api")
                        .exitCode())
                .isZero();
        assertThat(console.run("profile", "list").out()).contains("prod", "https://cloud.example.org/client/api");
        assertThat(console.run("profile", "add", "prod", "--endpoint", "https://x/client/api")
                        .err())
                .contains("already");
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
                .contains("no artifact 'debian-12'");
        assertThat(console.run("publish", "debian-12", "--profile", "other", "--upload", "--url", "http://x/")
                        .err())
                .contains("exclude each other");
        assertThat(console.run("publications", "--profile", "prd").err()).contains("no profile 'prd'", "prod");
        assertThat(console.run("publish", "debian-12").err()).contains("--profile");
    }

    @Test
    void aBuildThatIsToBePublishedNeedsItsProfileFirst() {
        console.run("profile", "add", "prod", "--endpoint", "https://cloud.invalid/client/api");

        assertThat(console.run("build", "debian-12", "--publish", "other").err())
                .contains("no profile 'other'");
        var withoutKeys = console.run("build", "debian-12", "--publish", "prod");
        assertThat(withoutKeys.err()).contains("CST_API_KEY is not set");
        assertThat(withoutKeys.exitCode()).isEqualTo(2);
        assertThat(console.run("build", "debian-12", "--publish", "prod", "--until", "install")
                        .err())
                .contains("--publish goes with neither --until nor --queue", "cst publish ID --profile prod");
    }
}
