package dev.cstemplates.host.process;

import dev.cstemplates.core.ShellQuoting;
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
 * An external program to run by {@link Processes}.
 *
 * @param argv program and arguments, never empty; no shell is involved
 * @param environment added to this process's own
 * @param directory where it runs; null for this process's own
 * @param log file that its output is appended to; null for none
 * @param timeout after which it is ended with its children; null for none
 * @param onLine receives each line of its output (standard output and error) as it is printed
 * @param fullDisk when to end it because of a full disk; null for a program that ends by itself
 * @param secrets texts masked wherever the command or its output is printed or logged
 */
public record Command(
        List<String> argv,
        Map<String, String> environment,
        @Nullable Path directory,
        @Nullable Path log,
        @Nullable Duration timeout,
        Consumer<String> onLine,
        @Nullable FullDiskLimit fullDisk,
        List<String> secrets) {

    /**
     * For a program that blocks on a full disk instead of ending, as QEMU does.
     *
     * @param folder where it writes
     * @param timeout how long the disk must be full before the program is ended
     */
    public record FullDiskLimit(Path folder, Duration timeout) {}

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
        return new Command(all, environment, directory, log, timeout, onLine, fullDisk, secrets);
    }

    public Command env(String name, String value) {
        var all = new TreeMap<>(environment);
        all.put(name, value);
        return env(all);
    }

    public Command env(Map<String, String> more) {
        var all = new TreeMap<>(environment);
        all.putAll(more);
        return new Command(argv, all, directory, log, timeout, onLine, fullDisk, secrets);
    }

    public Command in(Path folder) {
        return new Command(argv, environment, folder, log, timeout, onLine, fullDisk, secrets);
    }

    public Command log(Path file) {
        return new Command(argv, environment, directory, file, timeout, onLine, fullDisk, secrets);
    }

    public Command timeout(Duration limit) {
        return new Command(argv, environment, directory, log, limit, onLine, fullDisk, secrets);
    }

    public Command onLine(Consumer<String> listener) {
        return new Command(argv, environment, directory, log, timeout, listener, fullDisk, secrets);
    }

    public Command endOnFullDisk(Path folder, Duration limit) {
        return new Command(
                argv, environment, directory, log, timeout, onLine, new FullDiskLimit(folder, limit), secrets);
    }

    public Command masking(String... texts) {
        return new Command(argv, environment, directory, log, timeout, onLine, fullDisk, List.of(texts));
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

    /** The command quoted for a shell, secrets masked. */
    @Override
    public String toString() {
        var arguments = argv.stream().map(ShellQuoting::quote).toList();
        return masked(String.join(" ", arguments));
    }
}
