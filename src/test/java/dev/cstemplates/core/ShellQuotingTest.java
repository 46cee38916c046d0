/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellQuotingTest {

    @Test
    void leavesSafeWordsAsTheyAre() {
        assertThat(ShellQuoting.quote("--format=qcow2,size=10G")).isEqualTo("--format=qcow2,size=10G");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "it's", "''", "a b\tc", "$HOME `id` $(id)", "line\nbreak", "*?~{a,b}", "\\", "ü", "a\n"})
    void shellReadsTheWordUnchanged(String word) throws IOException {
        var shell = new ProcessBuilder("sh", "-c", "printf %s " + ShellQuoting.quote(word)).start();

        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(word);
    }
}
