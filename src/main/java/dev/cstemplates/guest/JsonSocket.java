package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.PlainText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON objects, one per line, over a Unix domain socket: the protocol of QEMU's monitor and the guest agent. */
final class JsonSocket implements AutoCloseable {

    /** Maximum size of a message, in bytes. */
    static final int MAX_MESSAGE = 1 << 20;

    private static final int MAX_QUEUED = 10_000;

    /** The guest agent's delimiter: everything before it belongs to an earlier connection. */
    private static final int DELIMITER = 0xFF;

    private final String peer;
    private final SocketChannel channel;
    private final JsonMapper json = JsonMapper.shared();
    private final LinkedBlockingQueue<Received> arrived = new LinkedBlockingQueue<>(MAX_QUEUED);

    /** A message, or why no more arrive. */
    private record Received(
            @Nullable JsonNode content, @Nullable String cause) {}

    private JsonSocket(String peer, SocketChannel channel) {
        this.peer = peer;
        this.channel = channel;
    }

    /** Connects to {@code socket}; {@code peer} names the other end in messages. */
    static JsonSocket connect(String peer, Path socket) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        var connected = new JsonSocket(peer, channel);
        Thread.ofVirtual().name("from " + peer).start(connected::read);
        return connected;
    }

    /** Sends {@code message} as a line; {@code delimited} puts the guest agent's delimiter before it. */
    void send(Object message, boolean delimited) {
        var bytes = new ByteArrayOutputStream();
        if (delimited) {
            bytes.write(DELIMITER);
        }
        bytes.writeBytes(json.writeValueAsBytes(message));
        bytes.write('\n');
        try {
            var buffer = ByteBuffer.wrap(bytes.toByteArray());
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw broken("the connection is lost (" + e + ")").because(e);
        }
    }

    /** The next message; empty after {@code timeout}; a {@link Failure} once the connection is closed. */
    Optional<JsonNode> receive(Duration timeout) {
        try {
            var message = arrived.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (message == null) {
                return Optional.empty();
            }
            if (message.content == null) {
                arrived.add(message);
                throw broken(String.valueOf(message.cause));
            }
            return Optional.of(message.content);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("Waiting for " + peer).because(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The other end sees the end of the connection anyway.
        }
    }

    private Failure broken(String why) {
        return Failure.build("Communication with " + peer + " failed: " + why, "");
    }

    private void read() {
        var buffer = ByteBuffer.allocate(8192);
        var line = new ByteArrayOutputStream();
        try {
            while (channel.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    take(buffer.get(), line);
                }
            }
            end("it closed the connection");
        } catch (IOException | JacksonException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    private void take(byte next, ByteArrayOutputStream line) throws IOException {
        if ((next & 0xFF) == DELIMITER) {
            line.reset();
        } else if (next != '\n') {
            line.write(next);
            if (line.size() > MAX_MESSAGE) {
                throw new IOException("a message is longer than " + MAX_MESSAGE + " bytes");
            }
        } else if (line.size() > 0) {
            var content = json.readTree(line.toByteArray());
            line.reset();
            if (!content.isObject()) {
                throw new IOException(
                        "a message is not a JSON object: " + PlainText.shortened(content.toString(), 200));
            }
            if (!arrived.offer(new Received(content, null))) {
                throw new IOException("more than " + MAX_QUEUED + " messages are queued");
            }
        }
    }

    private void end(String why) {
        if (arrived.remainingCapacity() == 0) {
            arrived.clear();
        }
        arrived.add(new Received(null, why));
    }
}
