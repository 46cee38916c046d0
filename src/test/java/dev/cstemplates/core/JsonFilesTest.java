package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFilesTest {

    @TempDir
    private Path folder;

    record Note(String text, List<Integer> numbers, Instant at) {}

    @Test
    void readsWhatItWrote() throws IOException {
        var file = folder.resolve("note.json");
        var note = new Note("ü", List.of(1, 2), Instant.parse("2026-01-01T00:00:00Z"));
        JsonFiles.write(file, note);

        assertThat(JsonFiles.read(file, Note.class)).isEqualTo(note);
        assertThat(JsonFiles.readIfValid(file, Note.class)).contains(note);
    }

    @Test
    void readsAMap() throws IOException {
        var file = folder.resolve("map.json");
        JsonFiles.write(file, Map.of("a", 1));

        assertThat(JsonFiles.readMap(file, Long.class)).isEqualTo(Map.of("a", 1L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{\"text\": ", "[]", "{\"numbers\": 7}"})
    void invalidContentIsAnErrorThatNamesTheFile(String content) throws IOException {
        var file = Files.writeString(folder.resolve("note.json"), content);

        assertThatThrownBy(() -> JsonFiles.read(file, Note.class))
                .isInstanceOf(JsonFiles.InvalidJsonException.class)
                .hasMessageStartingWith("Invalid JSON in " + file + ": ");
        assertThat(JsonFiles.readIfValid(file, Note.class)).isEmpty();
    }

    @Test
    void missingFileIsNotInvalid() throws IOException {
        var file = folder.resolve("missing.json");

        assertThatThrownBy(() -> JsonFiles.read(file, Note.class)).isInstanceOf(NoSuchFileException.class);
        assertThat(JsonFiles.readIfValid(file, Note.class)).isEmpty();
    }

    @Test
    void diskErrorIsAnIoException() {
        assertThatThrownBy(() -> JsonFiles.write(Path.of("/proc/note.json"), Map.of()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void valueThatCannotBeWrittenIsAnIoException() {
        var file = folder.resolve("note.json");

        assertThatThrownBy(() -> JsonFiles.write(file, Map.of("self", new Broken())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Cannot write " + file)
                .hasMessageContaining("No value");
        assertThat(file).doesNotExist();
    }

    @SuppressWarnings("DoNotCallSuggester")
    static final class Broken {
        public String getValue() {
            throw new IllegalStateException("No value");
        }
    }
}
