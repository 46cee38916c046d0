package dev.cstemplates.host.process;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ResourceExhaustion;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs external programs and makes sure that none outlives its purpose: interrupting the calling thread, a timeout, or {@link #close()}
 * ends the program and its descendants. Programs run in the locale {@code C.UTF-8}, because their messages are parsed.
 */
public final class Processes implements AutoCloseable {

    private static final int KEPT_LINES = 20_000;
    private static final int SHOWN_LINES = 20;
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration NO_LIMIT = Duration.ofDays(36_500);

    private static final Map<String, String> LOCALE = Map.of("LC_ALL", "C.UTF-8");

    private final Supplier<Map<String, String>> mark;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** For programs that do not use a {@link CstHome}. */
    public Processes() {
        this.mark = Map::of;
    }

    /** For programs that use {@code home}: {@link OrphanProcessReaper} finds those that outlive a killed {@code cst}. */
    public Processes(Supplier<CstHome> home) {
        this.mark = () -> Map.of(
                OrphanProcessReaper.MARK, OrphanProcessReaper.mark(home.get().root()));
    }

    /**
     * How a program ended.
     *
     * @param exitCode of the program
     * @param lines the last lines of its output, standard error included, secrets masked
     * @param elapsed wall time
     */
    public record Result(Command command, int exitCode, List<String> lines, Duration elapsed) {

        public boolean succeeded() {
            return exitCode == 0;
        }

        public String output() {
            return String.join("\n", lines);
        }

        /** The last lines of the output, for an error message. */
        public String tail() {
            return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        }
    }

    /** Runs a command, whatever its exit code; a {@link Failure} when it cannot be started, times out or is cancelled. */
    public Result run(Command command) {
        if (closed.get()) {
            throw Failure.cancelled(command.program());
        }
        var started = System.nanoTime();
        var process = start(command);
        running.add(process);
        try {
            if (closed.get()) {
                throw Failure.cancelled(command.program());
            }
            var lines = new ArrayDeque<String>();
            var readFailure = new AtomicReference<@Nullable RuntimeException>();
            var reader = Thread.ofVirtual().start(() -> read(process, command, lines, readFailure));
            awaitEnd(process, command);
            reader.join(GRACE);
            var failure = readFailure.get();
            if (failure != null) {
                throw failure;
            }
            if (closed.get()) {
                throw Failure.cancelled(command.program());
            }
            var elapsed = Duration.ofNanos(System.nanoTime() - started);
            synchronized (lines) {
                return new Result(command, process.exitValue(), List.copyOf(lines), elapsed);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled(command.program()).because(e);
        } finally {
            endTree(process.toHandle());
            running.remove(process);
        }
    }

    /**
     * Runs a command that must succeed; the failure shows the command, its log and the end of its output, or the resource that this host
     * ran out of.
     */
    public Result check(Command command) {
        var result = run(command);
        if (!result.succeeded()) {
            var exhausted = ResourceExhaustion.in(result.tail());
            if (exhausted.isPresent()) {
                throw exhausted.get().adding(describe(result));
            }
            throw Failure.build(describe(result), command.log() == null ? "" : "Its whole output: " + command.log());
        }
        return result;
    }

    /** How a command failed, for a message. */
    public static String describe(Result result) {
        return "'%s' ended with exit code %d after %d s%s"
                .formatted(
                        result.command(),
                        result.exitCode(),
                        result.elapsed().toSeconds(),
                        result.lines().isEmpty() ? "; it printed nothing" : ":\n" + result.tail());
    }

    /** Ends every running program, and refuses new ones. */
    @Override
    public void close() {
        closed.set(true);
        running.forEach(process -> endTree(process.toHandle()));
    }

    private Process start(Command command) {
        var builder = new ProcessBuilder(command.argv()).redirectErrorStream(true);
        builder.environment().putAll(LOCALE);
        // gettext prefers it to LC_ALL, except in the locale C.
        builder.environment().remove("LANGUAGE");
        builder.environment().putAll(mark.get());
        builder.environment().putAll(command.environment());
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        if (command.directory() != null) {
            builder.directory(command.directory().toFile());
        }
        try {
            return builder.start();
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot start '" + command.program() + "': " + e.getMessage(),
                            "Run 'cst doctor' to see what is missing.")
                    .because(e);
        }
    }

    private static void awaitEnd(Process process, Command command) throws InterruptedException {
        var limit = command.timeout() == null ? NO_LIMIT : command.timeout();
        var begun = System.nanoTime();
        var lastWritable = begun;
        while (!process.waitFor(
                Math.min(POLL.toNanos(), begun + limit.toNanos() - System.nanoTime()), TimeUnit.NANOSECONDS)) {
            var now = System.nanoTime();
            if (now - begun >= limit.toNanos()) {
                throw Failure.build(
                        "'" + command + "' timed out after " + limit.toSeconds() + " s and was killed",
                        command.log() == null ? "" : "Its output so far: " + command.log());
            }
            var fullDisk = command.fullDisk();
            if (fullDisk == null || !isFull(fullDisk.folder())) {
                lastWritable = now;
            } else if (now - lastWritable > fullDisk.timeout().toNanos()) {
                throw ResourceExhaustion.ofDisk("'%s' was blocked by a full disk at %s and was killed"
                        .formatted(command.program(), fullDisk.folder()));
            }
        }
    }

    private static boolean isFull(Path folder) {
        try {
            return ResourceExhaustion.isDiskFull(folder);
        } catch (IOException e) {
            // The program that works there reports the error itself.
            return false;
        }
    }

    private static void read(
            Process process, Command command, Deque<String> kept, AtomicReference<@Nullable RuntimeException> failure) {
        try (var log = logOf(command);
                var in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var masked = command.masked(line);
                synchronized (kept) {
                    kept.addLast(masked);
                    if (kept.size() > KEPT_LINES) {
                        kept.removeFirst();
                    }
                }
                if (log != null) {
                    log.write(masked + "\n");
                    log.flush();
                }
                command.onLine().accept(masked);
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                failure.set(Failure.host(
                                "Cannot write the output of '" + command.program() + "' to its log: " + e.getMessage(),
                                "Check free disk space.")
                        .because(e));
                endTree(process.toHandle());
            }
        } catch (RuntimeException e) {
            failure.set(e);
            endTree(process.toHandle());
        }
    }

    private static @Nullable Writer logOf(Command command) throws IOException {
        var file = command.log();
        if (file == null) {
            return null;
        }
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        var log = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        log.write("$ " + command + "\n");
        return log;
    }

    /** Terminates a process and its descendants, and kills those still alive after the grace time. */
    private static void endTree(ProcessHandle root) {
        var interrupted = Thread.interrupted();
        var tree = new ArrayList<>(root.descendants().toList());
        tree.add(root);
        tree.forEach(ProcessHandle::destroy);
        var deadline = System.nanoTime() + GRACE.toNanos();
        while (tree.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(20_000_000);
            interrupted |= Thread.interrupted();
        }
        tree.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
