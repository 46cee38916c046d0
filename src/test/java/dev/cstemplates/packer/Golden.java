/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares rendered texts with reviewed ones. */
final class Golden {

    private static final Path REVIEWED = Path.of("src/test/resources/golden/packer");
    private static final Path ACTUAL = Path.of("target/golden/packer");

    private Golden() {}

    /** Compares a text; the actual text is written to {@code target/golden}, to be copied if the change is intended. */
    static void verify(String name, String actual) throws IOException {
        Files.createDirectories(ACTUAL);
        Files.writeString(ACTUAL.resolve(name), actual);
        assertThat(REVIEWED.resolve(name))
                .as("reviewed text; compare with %s", ACTUAL.resolve(name))
                .exists();
        assertThat(actual).isEqualTo(Files.readString(REVIEWED.resolve(name)));
    }
}
