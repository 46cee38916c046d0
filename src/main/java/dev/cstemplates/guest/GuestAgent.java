package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** A client of the QEMU guest agent that runs inside a guest. */
public final class GuestAgent implements AutoCloseable {

    /** The agent may start at any time, and requests sent before are lost: retry at this interval. */
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(2);

    private final JsonSocket socket;

    private GuestAgent(JsonSocket socket) {
        this.socket = socket;
    }

    /** Connects to QEMU's end of the channel, which exists even if no agent runs. */
    public static GuestAgent connect(Path socket) throws IOException {
        return new GuestAgent(JsonSocket.connect("the guest agent", socket));
    }

    /** Whether the agent answers within {@code limit}. */
    public synchronized boolean answers(Duration limit) {
        var deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            var id = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
            socket.send(Map.of("execute", "guest-sync-delimited", "arguments", Map.of("id", id)), true);
            var answer = socket.receive(earlier(deadline));
            if (answer.isPresent() && answer.get().path("return").asInt(0) == id) {
                return pings(deadline);
            }
        }
        return false;
    }

    /** Requests a power-off; the agent does not answer it. Call {@link #answers} first. */
    public synchronized void shutdown() {
        socket.send(Map.of("execute", "guest-shutdown", "arguments", Map.of("mode", "powerdown")), false);
        socket.receive(Duration.ofSeconds(1))
                .filter(answer -> answer.has("error"))
                .ifPresent(answer -> {
                    throw Failure.build("The guest agent refused to shut down: " + answer.path("error"), "");
                });
    }

    @Override
    public void close() {
        socket.close();
    }

    private boolean pings(long deadline) {
        socket.send(Map.of("execute", "guest-ping"), false);
        return socket.receive(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))
                .filter(answer -> answer.has("return"))
                .isPresent();
    }

    private static Duration earlier(long deadline) {
        var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        return left.compareTo(RETRY_INTERVAL) < 0 ? left : RETRY_INTERVAL;
    }
}
