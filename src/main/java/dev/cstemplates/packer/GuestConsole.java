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
 * What a guest wrote to its serial port.
 *
 * @param log may not be there
 * @param secrets texts that the guest may have echoed and nobody may read
 */
record GuestConsole(Path log, List<String> secrets) {

    private static final int SHOWN_LINES = 15;

    /** Takes the secrets out of the log, byte for byte: a console may hold anything. */
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
                            "The guest's console " + log + " can't be rewritten: " + e,
                            "Remove it: it may show secrets.")
                    .because(e);
        }
    }

    /** Whether a line has {@code text} in it. */
    boolean says(String text) {
        return lines().stream().anyMatch(line -> line.contains(text));
    }

    /** Its last lines for a message, without control characters; says so where there is nothing. */
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
            throw Failure.host("The guest's console " + log + " can't be read: " + e, "")
                    .because(e);
        }
    }
}
