package dev.cstemplates.cli.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.Console;
import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchCommandTest {

    @TempDir
    Path folder;

    private final Path checkout = Path.of("").toAbsolutePath();

    @Test
    void aLocalFileIsAcceptedWithTheVendorsDigest() throws IOException {
        var file = Files.writeString(folder.resolve("rhel-9.8-x86_64-dvd.iso"), "a medium");

        var good = run(
                "fetch",
                "rhel-9",
                "--file",
                file.toString(),
                "--sha256",
                Sha256.of(file).hex(),
                "--json");
        var bad = run("fetch", "rhel-9", "--file", file.toString(), "--sha256", "0".repeat(64));

        assertThat(good.exitCode()).isZero();
        assertThat(good.out()).contains("\"basis\" : \"pin\"", file.toString());
        assertThat(bad.exitCode()).isEqualTo(1);
        assertThat(bad.err()).contains("its digest is not").contains("sha256sum");
        assertThat(bad.out()).isEmpty();
    }

    @Test
    void usageErrorsAreReportedBeforeAnyRequest() {
        assertThat(run("fetch", "rhel-9").err()).contains("--iso FILE --sha256 HEX");
        assertThat(run("fetch", "rhel-9", "--iso", "x.iso").err()).contains("--iso and --sha256 require each other");
        assertThat(run("fetch", "rhel-9", "--file", "x.iso", "--sha256", "12").err())
                .contains("hexadecimal digits");
        assertThat(run("fetch", "debian-12", "--source", "bootstrap").err()).contains("has no medium");
        assertThat(run("fetch", "debian-12", "--source", "tape").err()).contains("Unknown source 'tape'");
        assertThat(run("fetch", "debian-12", "--mirror", "not a url").err()).contains("Invalid URL");
        assertThat(run("fetch", "debain-12").exitCode()).isEqualTo(2);
    }

    private Console.Run run(String... arguments) {
        return new Console(checkout, folder.resolve("home")).run(arguments);
    }
}
