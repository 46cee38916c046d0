package dev.cstemplates.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes records as indented JSON files. Every error is an {@link IOException}: Jackson's own exceptions are unchecked and would look like bugs. */
public final class JsonFiles {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private JsonFiles() {}

    /** The file is readable, but its content is not JSON of the expected shape. */
    public static final class InvalidJsonException extends IOException {

        private static final long serialVersionUID = 1L;

        private InvalidJsonException(Path file, String why, @Nullable Throwable cause) {
            super("Invalid JSON in " + file + ": " + why, cause);
        }
    }

    /**
     * Reads a whole file.
     *
     * @throws InvalidJsonException if the content is not JSON of this shape
     */
    public static <T> T read(Path file, Class<T> type) throws IOException {
        return read(file, JSON.constructType(type));
    }

    /** A map from text to {@code values}. */
    public static <V> Map<String, V> readMap(Path file, Class<V> values) throws IOException {
        return read(file, JSON.getTypeFactory().constructMapType(LinkedHashMap.class, String.class, values));
    }

    /** Nothing if the file is missing or its content invalid: for caches and records that can be recreated. */
    public static <T> Optional<T> readIfValid(Path file, Class<T> type) throws IOException {
        try {
            return Optional.of(read(file, type));
        } catch (NoSuchFileException | InvalidJsonException e) {
            return Optional.empty();
        }
    }

    /** As {@link AtomicFiles#write}. */
    public static void write(Path file, Object value) throws IOException {
        AtomicFiles.write(file, bytes(file, value));
    }

    /**
     * Reads content that was not read from a file of this host.
     *
     * @param file names it in messages
     * @throws InvalidJsonException if the content is not JSON of this shape
     */
    public static <T> T parse(byte[] content, Path file, Class<T> type) throws InvalidJsonException {
        return parse(content, file, JSON.constructType(type));
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // The callers above build the JavaType of T.
    private static <T> T read(Path file, JavaType type) throws IOException {
        return parse(Files.readAllBytes(file), file, type);
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T parse(byte[] content, Path file, JavaType type) throws InvalidJsonException {
        try {
            @Nullable T value = JSON.readValue(content, type);
            if (value == null) {
                throw new InvalidJsonException(file, "it is null", null);
            }
            return value;
        } catch (JacksonException e) {
            throw new InvalidJsonException(file, e.getOriginalMessage(), e);
        }
    }

    private static byte[] bytes(Path file, Object value) throws IOException {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JacksonException e) {
            throw new IOException("Cannot write " + file + ": " + e.getOriginalMessage(), e);
        }
    }
}
