package dev.cstemplates.guest;

import dev.cstemplates.core.PlainText;
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

/** What a guest writes to its serial port, read as it grows: what is wrong with the guest, and what it printed last. */
public final class SerialLog {

    /** At most so much is read at a time; of more that has come meanwhile, the end. */
    private static final int MOST_BYTES = 4 << 20;

    /** A line that grows longer is cut: a progress bar that never ends its line. */
    private static final int LONGEST_LINE = 16 << 10;

    private static final int TAIL_LINES = 15;
    private static final int KEPT_SIGHTINGS = 20;

    /** Full-screen installers place text by moving the cursor; each such place is a line of its own. */
    private static final Pattern CURSOR_MOVED = Pattern.compile("\u001b\\[[0-9;]*[Hf]");

    private final Path file;
    private final boolean isInstaller;
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private final Deque<String> tail = new ArrayDeque<>();
    private final List<Sighting> sightings = new ArrayList<>();
    private long position;

    /** A sign, and the line that shows it. */
    record Sighting(ConsolePattern sign, String line) {}

    /** A log of any guest; {@code file} may not be there yet. */
    public SerialLog(Path file) {
        this(file, false);
    }

    /** A log in which installers' words count too where {@code isInstaller}. */
    SerialLog(Path file, boolean isInstaller) {
        this.file = file;
        this.isInstaller = isInstaller;
    }

    /** The first sign that the guest broke, in words with the line that shows it. */
    public synchronized Optional<String> trouble() throws IOException {
        read();
        return sightings().stream().findFirst().map(sighting -> sighting.sign().cause() + ": " + sighting.line());
    }

    /** The last lines, without control characters. */
    public synchronized String tail() throws IOException {
        read();
        var lines = new ArrayList<>(tail);
        lines.addAll(linesOf(unfinished));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** The first sign that the guest is lost. */
    synchronized Optional<Sighting> end() throws IOException {
        read();
        return sightings().stream().filter(sighting -> sighting.sign().isEnd()).findFirst();
    }

    /** How much there is by now, in bytes. */
    synchronized long length() throws IOException {
        read();
        return position;
    }

    Path file() {
        return file;
    }

    /** Those in whole lines, and those in the line that is being written: prompts wait at its end. */
    private List<Sighting> sightings() {
        var all = new ArrayList<>(sightings);
        linesOf(unfinished).forEach(line -> sign(line, all));
        return all;
    }

    private void read() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (var channel = FileChannel.open(file)) {
            if (channel.size() < position) {
                // Another guest writes a log of the same name.
                position = 0;
                unfinished.reset();
            }
            position = Math.max(position, channel.size() - MOST_BYTES);
            var bytes = ByteBuffer.allocate((int) (channel.size() - position));
            channel.position(position);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Until it is full or the file ends.
            }
            position += bytes.position();
            take(bytes.flip());
        }
    }

    private void take(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            var next = bytes.get();
            unfinished.write(next);
            if (next == '\n' || unfinished.size() >= LONGEST_LINE) {
                linesOf(unfinished).forEach(this::keep);
                unfinished.reset();
            }
        }
    }

    private void keep(String line) {
        sign(line, sightings);
        tail.addLast(line);
        if (tail.size() > TAIL_LINES) {
            tail.removeFirst();
        }
    }

    private void sign(String line, List<Sighting> found) {
        if (found.size() < KEPT_SIGHTINGS) {
            ConsolePatterns.in(line, isInstaller).ifPresent(sign -> found.add(new Sighting(sign, line)));
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
