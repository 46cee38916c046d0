package dev.cstemplates.packer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whole rendered texts, compared with those that were reviewed. */
final class Golden {

    private static final Path REVIEWED = Path.of("src/test/resources/golden/packer");
    private static final Path ACTUAL = Path.of("target/golden/packer");

    private Golden() {}

    /** Compares; the actual text is left in {@code target/golden}, to be copied over when the change is meant. */
    static void verify(String name, String actual) throws IOException {
        Files.createDirectories(ACTUAL);
        Files.writeString(ACTUAL.resolve(name), actual);
        assertThat(REVIEWED.resolve(name))
                .as("reviewed text; compare with %s", ACTUAL.resolve(name))
                .exists();
        assertThat(actual).isEqualTo(Files.readString(REVIEWED.resolve(name)));
    }
}
