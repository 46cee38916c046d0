package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ResourceExhaustion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A client of QEMU's monitor (QMP). One command at a time; events are ignored. */
public final class Qmp implements AutoCloseable {

    /** The state of a guest that QEMU stopped because a write to this host's disk failed. */
    static final String IO_ERROR = "io-error";

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final JsonSocket socket;
    private final Duration timeout;
    private long lastId;

    private Qmp(JsonSocket socket, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
    }

    /** Connects and enters command mode; an IOException if the socket has no listener. */
    public static Qmp connect(Path socket) throws IOException {
        return connect(socket, TIMEOUT);
    }

    static Qmp connect(Path path, Duration timeout) throws IOException {
        var socket = JsonSocket.connect("QEMU's monitor", path);
        try {
            var qmp = new Qmp(socket, timeout);
            var greeting = qmp.next("its greeting", System.nanoTime() + timeout.toNanos());
            if (!greeting.has("QMP")) {
                throw Failure.build("Unexpected greeting from QEMU's monitor: " + greeting, "");
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

    /** Bytes written to the guest's disks since power-on. */
    long written() {
        var total = 0L;
        for (var disk : execute("query-blockstats", Map.of())) {
            total += disk.path("stats").path("wr_bytes").asLong(0);
        }
        return total;
    }

    /** Whether the guest is stopped because the host's disk is full. */
    boolean hasNoSpace() {
        for (var disk : execute("query-block", Map.of())) {
            if (disk.path("io-status").asString("").equals("nospace")) {
                return true;
            }
        }
        return false;
    }

    /** The failure of a guest in the state {@link #IO_ERROR}. */
    static Failure ioError(boolean hasNoSpace) {
        return hasNoSpace
                ? ResourceExhaustion.ofDisk("QEMU stopped the guest because the disk is full")
                : Failure.host(
                                "QEMU stopped the guest: a write to this host's disk failed",
                                "Check this host's kernel messages about its disks.")
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

    /** Ends QEMU without shutting the guest down. */
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
        var deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            var message = next("the answer to " + command, deadline);
            // An event, or the answer to a command that timed out.
            if (message.path("id").asLong(-1) != id) {
                continue;
            }
            if (message.has("return")) {
                return message.get("return");
            }
            throw Failure.build(
                    "QEMU refused " + command + ": "
                            + message.path("error").path("desc").asString(message.toString()),
                    "");
        }
    }

    private JsonNode next(String what, long deadline) {
        return socket.receive(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))
                .orElseThrow(() -> Failure.build(
                        "QEMU's monitor did not send " + what + " within " + timeout.toSeconds() + " s", ""));
    }
}
