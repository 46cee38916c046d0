/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The default choice of version and architecture. */
class VersionReferenceTest {

    private static final String HOST = Architecture.ofThisHost().id();
    private static final String OTHER = HOST.equals("x86_64") ? "aarch64" : "x86_64";

    @Test
    void theTenthVersionOfADayIsNewerThanTheNinth() {
        assertThat(chosen("debian-12", HOST + " 20261130.10", HOST + " 20261130.9", HOST + " 20261129.30"))
                .isEqualTo("20261130.10");
    }

    @Test
    void thisHostsArchitectureWinsOverANewerVersionOfAnother() {
        assertThat(chosen("debian-12", HOST + " 20261130.1", OTHER + " 20261130.2"))
                .isEqualTo("20261130.1");
    }

    @Test
    void theOnlyArchitectureIsChosen() {
        assertThat(chosen("debian-12", OTHER + " 20261130.1", OTHER + " 20261130.2"))
                .isEqualTo("20261130.2");
    }

    @Test
    void theNamedArchitectureAndVersionWin() {
        var candidates = candidates(HOST + " 20261130.1", OTHER + " 20261130.2", OTHER + " 20261130.3");

        assertThat(VersionReference.parse("debian-12", OTHER).newestOf(candidates))
                .map(VersionReference::version)
                .hasValue("20261130.3");
        assertThat(VersionReference.parse("debian-12@20261130.2", null).newestOf(candidates))
                .map(VersionReference::version)
                .hasValue("20261130.2");
        assertThat(VersionReference.parse("debian-12@20261130.2", HOST).newestOf(candidates))
                .isEmpty();
        assertThat(VersionReference.parse("debian-1", null).newestOf(candidates))
                .isEmpty();
    }

    @Test
    void severalForeignArchitecturesAreAmbiguousAndListed() {
        assertThatThrownBy(() -> chosen("debian-12", "riscv64 20261130.1", "s390x 20261130.2"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("'debian-12' is ambiguous")
                .satisfies(failure -> assertThat(((Failure) failure).remedy())
                        .contains("--arch", "debian-12@20261130.1 (riscv64)", "debian-12@20261130.2 (s390x)"));
    }

    private static String chosen(String reference, String... candidates) {
        return VersionReference.parse(reference, null)
                .newestOf(candidates(candidates))
                .orElseThrow()
                .version();
    }

    private static List<VersionReference> candidates(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text.split(" "))
                .map(parts -> new VersionReference("debian-12", parts[1], parts[0]))
                .toList();
    }
}
