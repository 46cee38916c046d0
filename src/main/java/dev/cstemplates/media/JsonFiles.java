package dev.cstemplates.media;

import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Small JSON files that are there whole or not at all. */
final class JsonFiles {

    private JsonFiles() {}

    /** Nothing where there is no such file, or none that can be understood: such a record vouches for nothing. */
    static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        var text = Files.readString(file);
        try {
            return Optional.of(JsonMapper.shared().readValue(text, type));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    static void write(Path file, Object record) throws IOException {
        Files.createDirectories(FileTrees.parentOf(file));
        var finished = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(finished, JsonMapper.shared().writeValueAsString(record));
        AtomicFiles.replace(finished, file);
    }
}
