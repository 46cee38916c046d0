package dev.cstemplates.validation.router;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.PlainText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;

/** Everything that guests asked a router, in order: kept in memory and written as JSON lines. */
public final class RouterLog implements AutoCloseable {

    /** A guest that asks one service more often than this is not remembered further; the file is bounded with it. */
    static final int MOST_ENTRIES = 5_000;

    private static final int LONGEST_TEXT = 500;

    private final JsonMapper json = JsonMapper.shared();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Service, Integer> counts = new EnumMap<>(Service.class);
    private final Path file;
    private final Writer out;

    /** Who was asked. */
    public enum Service {
        DHCP,
        DNS,
        METADATA,
        PASSWORD
    }

    /**
     * One question and its answer.
     *
     * @param source the asker's address; for DHCP its MAC
     * @param request path, name, header or DHCP message
     * @param answer status or content, shortened; passwords are shown, they are made for one validation only
     */
    public record Entry(Instant at, Service service, String source, String request, String answer) {}

    public RouterLog(Path file) {
        this.file = file;
        try {
            this.out = Files.newBufferedWriter(file);
        } catch (IOException e) {
            throw Failure.host("The router's log " + file + " can't be written: " + e, "Look for a full disk.")
                    .because(e);
        }
    }

    public Path file() {
        return file;
    }

    /** All entries of {@code service} that {@code wanted} accepts, oldest first. */
    public synchronized List<Entry> entries(Service service, Predicate<Entry> wanted) {
        return entries.stream()
                .filter(entry -> entry.service == service && wanted.test(entry))
                .toList();
    }

    synchronized void add(Service service, String source, String request, String answer) {
        // Counted for each service: a guest that looks up time servers without end must not hide its password request.
        if (counts.merge(service, 1, Integer::sum) > MOST_ENTRIES) {
            return;
        }
        var entry = new Entry(
                Instant.now(),
                service,
                source,
                PlainText.shortened(request, LONGEST_TEXT),
                PlainText.shortened(answer, LONGEST_TEXT));
        entries.add(entry);
        try {
            out.write(json.writeValueAsString(entry));
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
