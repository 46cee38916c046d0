/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({"512B, 512", "4GiB, 4294967296", " 1 MiB, 1048576", "8388607TiB, 9223370937343148032"})
    void parsesBinaryUnits(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999TiB", "8388608TiB", "999999999999TiB", "999999999999GiB"})
    void rejectsASizeThatOverflows(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE))
                .hasMessageContaining("The size '" + text + "' is too large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4", "4GB", "-1GiB", "1.5GiB", "9999999999999B", "4gib"})
    void rejectsOtherText(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE))
                .hasMessageContaining("Invalid size '" + text + "'");
    }

    @Test
    void rendersWithOneDecimal() {
        assertThat(new ByteSize(1)).hasToString("1 B");
        assertThat(new ByteSize(1536)).hasToString("1.5 KiB");
        assertThat(ByteSize.ofGiB(4)).hasToString("4 GiB");
    }
}
