package dev.cstemplates.host.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An external program to run: what {@link Processes} needs to know of it.
 *
 * @param argv program and arguments, never empty; no shell is involved
 * @param environment added to this process's own
 * @param directory where it runs; null for this process's own
 * @param log file that its output is appended to; null for none
 * @param timeout ends it with its children; null for no limit
 * @param onLine told each line of its output (standard output and error together) as it comes
 * @param room where it needs room to write; null where a full disk makes it end by itself
 * @param secrets texts that are masked wherever the command or its output is shown or logged
 */
public record Command(
        List<String> argv,
        Map<String, String> environment,
        @Nullable Path directory,
        @Nullable Path log,
        @Nullable Duration timeout,
        Consumer<String> onLine,
        @Nullable Room room,
        List<String> secrets) {

    /**
     * Where a program needs room that stands still instead of ending when it finds none, as QEMU does with a guest that writes.
     *
     * @param patience how long the disk has to be full before the program is ended
     */
    public record Room(Path folder, Duration patience) {}

    public Command {
        argv = List.copyOf(argv);
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        secrets = List.copyOf(secrets);
    }

    public static Command of(String... argv) {
        return of(List.of(argv));
    }

    public static Command of(List<String> argv) {
        return new Command(argv, Map.of(), null, null, null, line -> {}, null, List.of());
    }

    public Command with(String... more) {
        var all = new ArrayList<>(argv);
        Collections.addAll(all, more);
        return new Command(all, environment, directory, log, timeout, onLine, room, secrets);
    }

    public Command env(String name, String value) {
        var all = new TreeMap<>(environment);
        all.put(name, value);
        return env(all);
    }

    public Command env(Map<String, String> more) {
        var all = new TreeMap<>(environment);
        all.putAll(more);
        return new Command(argv, all, directory, log, timeout, onLine, room, secrets);
    }

    public Command in(Path folder) {
        return new Command(argv, environment, folder, log, timeout, onLine, room, secrets);
    }

    public Command log(Path file) {
        return new Command(argv, environment, directory, file, timeout, onLine, room, secrets);
    }

    public Command timeout(Duration limit) {
        return new Command(argv, environment, directory, log, limit, onLine, room, secrets);
    }

    public Command onLine(Consumer<String> listener) {
        return new Command(argv, environment, directory, log, timeout, listener, room, secrets);
    }

    public Command room(Path folder, Duration patience) {
        return new Command(argv, environment, directory, log, timeout, onLine, new Room(folder, patience), secrets);
    }

    public Command masking(String... texts) {
        return new Command(argv, environment, directory, log, timeout, onLine, room, List.of(texts));
    }

    public String program() {
        return argv.getFirst();
    }

    /** {@code text} with every secret replaced by asterisks. */
    String masked(String text) {
        for (var secret : secrets) {
            text = text.replace(secret, "********");
        }
        return text;
    }

    /** The command as one could type it, secrets masked. */
    @Override
    public String toString() {
        var words = argv.stream()
                .map(word -> word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
                .toList();
        return masked(String.join(" ", words));
    }
}
