/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

    @TempDir
    private Path folder;

    @Test
    void replacesTheFormerContentAndLeavesNothingElse() throws IOException {
        var file = folder.resolve("new/record.txt");
        AtomicFiles.write(file, "former");
        AtomicFiles.write(file, "content ü");

        assertThat(file).hasContent("content ü");
        assertThat(names(folder.resolve("new"))).containsExactly("record.txt");
    }

    @Test
    void keepsTheFormerContentIfWritingFails() throws IOException {
        var file = folder.resolve("record.txt");
        AtomicFiles.write(file, "former");

        assertThatThrownBy(() -> AtomicFiles.write(file, out -> {
                    out.write("half".getBytes(StandardCharsets.UTF_8));
                    throw new IOException("No space left on device");
                }))
                .hasMessage("No space left on device");

        assertThat(file).hasContent("former");
        assertThat(names(folder)).containsExactly("record.txt");
    }

    @Test
    void secretIsNeverReadableByOthers() throws IOException {
        var file = folder.resolve("secret");
        AtomicFiles.write(
                file,
                out -> {
                    for (var each : names(folder)) {
                        assertThat(mode(folder.resolve(each))).isEqualTo("rw-------");
                    }
                    out.write(1);
                },
                AtomicFiles.OWNER_ONLY);

        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void umaskDecidesTheModeOfOtherFiles() throws IOException {
        var usual = Files.createFile(folder.resolve("usual"));
        var file = folder.resolve("record.txt");
        AtomicFiles.write(file, "content");

        assertThat(mode(file)).isEqualTo(mode(usual));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
