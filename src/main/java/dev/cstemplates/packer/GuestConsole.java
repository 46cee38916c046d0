/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.PlainText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A guest's serial console.
 *
 * @param log may not exist
 * @param secrets texts that the guest may have printed and that must not be shown
 */
record GuestConsole(Path log, List<String> secrets) {

    private static final int SHOWN_LINES = 15;

    /** Masks the secrets in the log, treating it as bytes: a console may contain anything. */
    void hideSecrets() {
        if (secrets.isEmpty() || !Files.exists(log)) {
            return;
        }
        try {
            var text = Files.readString(log, StandardCharsets.ISO_8859_1);
            var masked = text;
            for (var secret : secrets) {
                masked = masked.replace(secret, "********");
            }
            if (!masked.equals(text)) {
                Files.writeString(log, masked, StandardCharsets.ISO_8859_1);
            }
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot mask secrets in the guest's console " + log + ": " + e,
                            "Delete the file: it may contain secrets.")
                    .because(e);
        }
    }

    /** Whether any line contains {@code text}. */
    boolean contains(String text) {
        return lines().stream().anyMatch(line -> line.contains(text));
    }

    /** The last lines for a message, without control characters; says so if there are none. */
    String tail() {
        var lines = lines().stream().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty()
                ? "its console is empty"
                : "the end of its console:\n"
                        + String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }

    private List<String> lines() {
        if (!Files.exists(log)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.map(PlainText::withoutControls).toList();
        } catch (IOException e) {
            throw Failure.host("Cannot read the guest's console " + log + ": " + e, "")
                    .because(e);
        }
    }
}
