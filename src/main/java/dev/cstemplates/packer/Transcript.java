/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The relevant output of a run: the last script, the end of its output, and all errors. */
final class Transcript {

    private static final int KEPT_LINES = 400;
    private static final int KEPT_ERRORS = 50;
    private static final int SHOWN_LINES = 20;
    private static final Pattern SCRIPT = Pattern.compile("(Provisioning with|Running local) shell script: (.+)");

    /** From this line on Packer only repeats errors. */
    private static final Pattern CLOSING =
            Pattern.compile("Provisioning step had errors|Deleting output directory|Build '[^']*' errored");

    private final Deque<String> lines = new ArrayDeque<>();
    private final List<String> errors = new ArrayList<>();
    private @Nullable String script;
    private boolean local;
    private boolean closing;

    synchronized void add(PackerEvent event) {
        switch (event) {
            case PackerEvent.Ui(var tone, var text) -> {
                var started = SCRIPT.matcher(text);
                if (tone == PackerEvent.Tone.SAY && started.lookingAt()) {
                    script = String.valueOf(Path.of(started.group(2)).getFileName());
                    local = started.group(1).equals("Running local");
                    lines.clear();
                }
                closing |= CLOSING.matcher(text).lookingAt();
                if (!closing) {
                    text.lines().forEach(this::keep);
                }
            }
            case PackerEvent.Failed(var builder, var text) -> {
                if (errors.size() < KEPT_ERRORS) {
                    errors.add(text);
                }
            }
            case PackerEvent.Stray(var text) -> keep(text);
            case PackerEvent.Artifact artifact -> {}
            case PackerEvent.Note note -> {}
        }
    }

    private void keep(String line) {
        if (!line.isBlank()) {
            lines.addLast(line);
            if (lines.size() > KEPT_LINES) {
                lines.removeFirst();
            }
        }
    }

    /** The last script started; null if there is none. */
    synchronized @Nullable String script() {
        return script;
    }

    /** Whether that script ran on this host. */
    synchronized boolean isLocal() {
        return local;
    }

    /** All kept output, errors last. */
    synchronized String everything() {
        return String.join("\n", lines) + "\n" + String.join("\n", errors);
    }

    /** The end of the output since the last script started. */
    synchronized String tail() {
        var shown = List.copyOf(lines);
        return String.join("\n", shown.subList(Math.max(0, shown.size() - SHOWN_LINES), shown.size()));
    }
}
