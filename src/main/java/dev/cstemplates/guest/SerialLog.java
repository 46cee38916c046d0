/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.core.PlainText;
import dev.cstemplates.guest.ConsolePattern.Severity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The output of a guest's serial port, read as it grows: errors of the guest, and its last lines. */
public final class SerialLog {

    /** Maximum read at once; of more, only the end. */
    private static final int MAX_READ = 4 << 20;

    /** Longer lines are split: a progress bar may never end its line. */
    private static final int MAX_LINE = 16 << 10;

    private static final int TAIL_LINES = 15;
    private static final int MAX_MATCHES = 20;

    /** Full-screen installers move the cursor to place text; each placement counts as a line. */
    private static final Pattern CURSOR_MOVED = Pattern.compile("\u001b\\[[0-9;]*[Hf]");

    private final Path file;
    private final boolean isInstaller;
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private final Deque<String> tail = new ArrayDeque<>();
    private final List<ConsoleMatch> matches = new ArrayList<>();
    private long position;

    /** A pattern, and the line that it matched. */
    record ConsoleMatch(ConsolePattern pattern, String line) {}

    /** The log of any guest; {@code file} need not exist yet. */
    public SerialLog(Path file) {
        this(file, false);
    }

    /** The log of a guest; messages of installers count only if {@code isInstaller}. */
    SerialLog(Path file, boolean isInstaller) {
        this.file = file;
        this.isInstaller = isInstaller;
    }

    /** The first error of the guest, with the line that shows it. */
    public synchronized Optional<String> problem() throws IOException {
        read();
        return matches().stream().findFirst().map(match -> match.pattern().cause() + ": " + match.line());
    }

    /** The last lines, without control characters. */
    public synchronized String tail() throws IOException {
        read();
        var lines = new ArrayList<>(tail);
        lines.addAll(linesOf(unfinished));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** The first fatal error of the guest, or its first question if no error is known. */
    synchronized Optional<ConsoleMatch> fatal() throws IOException {
        read();
        var fatal =
                matches().stream().filter(match -> match.pattern().isFatal()).toList();
        return fatal.stream()
                .filter(match -> match.pattern().severity() != Severity.QUESTION)
                .findFirst()
                .or(() -> fatal.stream().findFirst());
    }

    /** Its length in bytes. */
    synchronized long length() throws IOException {
        read();
        return position;
    }

    Path file() {
        return file;
    }

    /** Matches in complete lines and in the current one: prompts wait at its end. */
    private List<ConsoleMatch> matches() {
        var all = new ArrayList<>(matches);
        linesOf(unfinished).forEach(line -> match(line, all));
        return all;
    }

    private void read() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (var channel = FileChannel.open(file)) {
            if (channel.size() < position) {
                // Another guest writes to a log with the same name.
                position = 0;
                unfinished.reset();
            }
            position = Math.max(position, channel.size() - MAX_READ);
            var bytes = ByteBuffer.allocate((int) (channel.size() - position));
            channel.position(position);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until it is full or the file ends
            }
            position += bytes.position();
            take(bytes.flip());
        }
    }

    private void take(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            var next = bytes.get();
            unfinished.write(next);
            if (next == '\n' || unfinished.size() >= MAX_LINE) {
                linesOf(unfinished).forEach(this::keep);
                unfinished.reset();
            }
        }
    }

    private void keep(String line) {
        match(line, matches);
        tail.addLast(line);
        if (tail.size() > TAIL_LINES) {
            tail.removeFirst();
        }
    }

    private void match(String line, List<ConsoleMatch> found) {
        if (found.size() < MAX_MATCHES) {
            ConsolePatterns.in(line, isInstaller).ifPresent(pattern -> found.add(new ConsoleMatch(pattern, line)));
        }
    }

    /** Readable lines that are not blank. */
    private static List<String> linesOf(ByteArrayOutputStream raw) {
        var text = CURSOR_MOVED.matcher(raw.toString(StandardCharsets.UTF_8)).replaceAll("\n");
        return PlainText.withoutControls(text)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
