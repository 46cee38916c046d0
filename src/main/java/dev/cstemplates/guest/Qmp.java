package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ResourceExhaustion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A client of QEMU's monitor (QMP). One command at a time; events are left aside. */
public final class Qmp implements AutoCloseable {

    /** The state of a guest that QEMU stopped because this host did not take what it wrote. */
    static final String IO_ERROR = "io-error";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final JsonSocket socket;
    private final Duration patience;
    private long lastId;

    private Qmp(JsonSocket socket, Duration patience) {
        this.socket = socket;
        this.patience = patience;
    }

    /** Connects and takes up command mode; an IOException when nobody listens (yet). */
    public static Qmp connect(Path socket) throws IOException {
        return connect(socket, PATIENCE);
    }

    static Qmp connect(Path path, Duration patience) throws IOException {
        var socket = JsonSocket.connect("QEMU's monitor", path);
        try {
            var qmp = new Qmp(socket, patience);
            var greeting = qmp.next("its greeting", System.nanoTime() + patience.toNanos());
            if (!greeting.has("QMP")) {
                throw Failure.build("QEMU's monitor greets with " + greeting + ", not with its version", "");
            }
            qmp.execute("qmp_capabilities", Map.of());
            return qmp;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** The machine's state, for example {@code running} or {@code shutdown}. */
    public String status() {
        return execute("query-status", Map.of()).path("status").asString("unknown");
    }

    /** What the guest has written to its disks since power-on, in bytes. */
    long written() {
        var total = 0L;
        for (var disk : execute("query-blockstats", Map.of())) {
            total += disk.path("stats").path("wr_bytes").asLong(0);
        }
        return total;
    }

    /** Whether the guest stands still because the host had no room for what it wrote. */
    boolean hasNoSpace() {
        for (var disk : execute("query-block", Map.of())) {
            if (disk.path("io-status").asString("").equals("nospace")) {
                return true;
            }
        }
        return false;
    }

    /** What became of a guest in the state {@link #IO_ERROR}. */
    static Failure ioError(boolean hasNoSpace) {
        return hasNoSpace
                ? ResourceExhaustion.ofDisk("the guest was stopped, for there is no room for what it writes")
                : Failure.host(
                                "The guest was stopped: what it writes can't be written to this host's disk",
                                "Look at this host's kernel messages about its disks.")
                        .worthRetrying();
    }

    /** Presses the ACPI power button. */
    public void pressPowerButton() {
        execute("system_powerdown", Map.of());
    }

    /** Writes the guest's screen to {@code file} as a PPM picture. */
    public void screendump(Path file) {
        execute("screendump", Map.of("filename", file.toAbsolutePath().toString()));
    }

    /** Ends QEMU, as pulling the plug would. */
    public void quit() {
        execute("quit", Map.of());
    }

    @Override
    public void close() {
        socket.close();
    }

    private synchronized JsonNode execute(String command, Map<String, Object> arguments) {
        var id = ++lastId;
        socket.send(
                arguments.isEmpty()
                        ? Map.of("execute", command, "id", id)
                        : Map.of("execute", command, "arguments", arguments, "id", id),
                false);
        var deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            var message = next("the answer to " + command, deadline);
            // Answers to commands that were given up on may still come; so may events.
            if (message.path("id").asLong(-1) != id) {
                continue;
            }
            if (message.has("return")) {
                return message.get("return");
            }
            throw Failure.build(
                    "QEMU refuses " + command + ": "
                            + message.path("error").path("desc").asString(message.toString()),
                    "");
        }
    }

    private JsonNode next(String what, long deadline) {
        return socket.receive(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))
                .orElseThrow(() -> Failure.build(
                        "QEMU's monitor did not give " + what + " within " + patience.toSeconds() + " s", ""));
    }
}
