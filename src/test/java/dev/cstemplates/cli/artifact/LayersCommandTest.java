package dev.cstemplates.cli.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.Console;
import dev.cstemplates.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayersCommandTest {

    @TempDir
    Path folder;

    private final Path checkout = Path.of("").toAbsolutePath();

    @Test
    void listsLayersWithTheirInputs() throws IOException {
        layer("first", 1);

        var table = run("layers", "list");
        var json = run("layers", "list", "--json");

        assertThat(table.out()).contains("install", "debian-12-x86_64", "5 B", "1 layers");
        assertThat(json.out()).contains("\"phase\" : \"install\"", "\"packer.json\" : \"first\"");
    }

    @Test
    void prunesOnlySelectedLayersAndPrintsTheReason() throws IOException {
        var old = layer("first", 40);
        var newest = layer("second", 1);

        var dry = run("layers", "prune", "--dry-run");
        assertThat(dry.out()).contains("unused for ", "1 layers, 5 B, would be removed");
        assertThat(old).isDirectory();

        assertThat(run("layers", "prune", "--keep-size", "1G").out()).contains("0 layers");
        assertThat(run("layers", "prune").out()).contains("1 layers, 5 B, removed");
        assertThat(old).doesNotExist();
        assertThat(newest).isDirectory();
    }

    @Test
    void invalidOptionsAreReportedWithAnExample() {
        assertThat(run("layers", "prune", "--keep-size", "much").err())
                .contains("Invalid size")
                .contains("4GiB");
        assertThat(run("layers", "prune", "--older-than", "soon").err()).contains("12h or 30d");
        assertThat(run("media", "prune", "--older-than", "1h").exitCode()).isEqualTo(2);
        assertThat(run("media", "prune").out()).contains("0 media");
    }

    /** A layer of five bytes, created and last used {@code days} ago. */
    private Path layer(String input, int days) throws IOException {
        var key = Sha256.of(input).hex();
        var layer =
                Files.createDirectories(folder.resolve("home/layers/install").resolve(key));
        Files.writeString(layer.resolve("disk"), "bytes");
        var then = Instant.now().minus(Duration.ofDays(days));
        var record = Files.writeString(layer.resolve("layer.json"), """
            {"phase": "install", "subject": "debian-12-x86_64", "key": {"hex": "%s"}, "inputs": {"packer.json": "%s"},
             "files": {"disk": {"size": 5, "sha256": {"hex": "%s"}}}, "createdAt": "%s"}
            """.formatted(
                        key, input, Sha256.of("bytes").hex(), then));
        Files.setLastModifiedTime(record, FileTime.from(then));
        return layer;
    }

    private Console.Run run(String... arguments) {
        return new Console(checkout, folder.resolve("home")).run(arguments);
    }
}
