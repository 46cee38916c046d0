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

/** All requests of guests to a router, in order: kept in memory and written as JSON lines. */
public final class RouterLog implements AutoCloseable {

    /** Maximum number of requests logged per service. */
    static final int MAX_ENTRIES = 5_000;

    private static final int MAX_TEXT = 500;

    private final JsonMapper json = JsonMapper.shared();
    private final List<LogEntry> entries = new ArrayList<>();
    private final Map<Service, Integer> counts = new EnumMap<>(Service.class);
    private final Path file;
    private final Writer out;

    /** A service of the router. */
    public enum Service {
        DHCP,
        DNS,
        METADATA,
        PASSWORD
    }

    /**
     * A request and its answer.
     *
     * @param source address of the guest; for DHCP its MAC
     * @param request path, name, header or DHCP message
     * @param answer status or content, shortened; passwords are shown, because they are generated for one validation
     */
    public record LogEntry(Instant at, Service service, String source, String request, String answer) {}

    public RouterLog(Path file) {
        this.file = file;
        try {
            this.out = Files.newBufferedWriter(file);
        } catch (IOException e) {
            throw Failure.host("Cannot write the router's log " + file + ": " + e, "Check free disk space.")
                    .because(e);
        }
    }

    public Path file() {
        return file;
    }

    /** The entries of {@code service} that match {@code filter}, oldest first. */
    public synchronized List<LogEntry> entries(Service service, Predicate<LogEntry> filter) {
        return entries.stream()
                .filter(entry -> entry.service == service && filter.test(entry))
                .toList();
    }

    synchronized void add(Service service, String source, String request, String answer) {
        // Counted per service: endless DNS queries must not hide the password request.
        if (counts.merge(service, 1, Integer::sum) > MAX_ENTRIES) {
            return;
        }
        var entry = new LogEntry(
                Instant.now(),
                service,
                source,
                PlainText.shortened(request, MAX_TEXT),
                PlainText.shortened(answer, MAX_TEXT));
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
