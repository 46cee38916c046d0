package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Digest.Algorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {

    /** The examples "abc" of FIPS 180-2, appendices B.1 and C.1. */
    private static final String SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static final String SHA512 = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

    @Test
    void computesSeveralDigestsOfAFileInOrder(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("file"), "abc");

        assertThat(Digest.of(List.of(Algorithm.SHA512, Algorithm.SHA256), file))
                .containsExactly(new Digest(Algorithm.SHA512, SHA512), new Digest(Algorithm.SHA256, SHA256));
        assertThat(Digest.of(Algorithm.SHA256, file).toString()).isEqualTo("sha256:" + SHA256);
        assertThat(Sha256.of(file)).isEqualTo(Sha256.of("abc")).hasToString(SHA256);
    }

    @Test
    void parsesUpperCaseAndSpaces() {
        assertThat(Digest.parse(Algorithm.SHA256, " " + SHA256.toUpperCase(Locale.ROOT) + "\n"))
                .isEqualTo(new Digest(Algorithm.SHA256, SHA256));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "xa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", SHA512})
    void rejectsOtherText(String text) {
        assertThatThrownBy(() -> Digest.parse(Algorithm.SHA256, text))
                .isInstanceOf(Failure.class)
                .hasMessage("Invalid SHA256 '" + text + "'");
    }
}
