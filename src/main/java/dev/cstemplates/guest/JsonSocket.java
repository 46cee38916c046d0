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

/** One JSON object a line, both ways, over a Unix domain socket: what QEMU's monitor and the guest agent speak. */
final class JsonSocket implements AutoCloseable {

    /** The longest message that is read, in bytes. */
    static final int LONGEST = 1 << 20;

    private static final int MOST_WAITING = 10_000;

    /** The guest agent's mark: whatever came before it is left over from someone else. */
    private static final int DELIMITER = 0xFF;

    private final String peer;
    private final SocketChannel channel;
    private final JsonMapper json = JsonMapper.shared();
    private final LinkedBlockingQueue<Message> arrived = new LinkedBlockingQueue<>(MOST_WAITING);

    /** What came, or, where that is null, why no more will come. */
    private record Message(
            @Nullable JsonNode content, @Nullable String trouble) {}

    private JsonSocket(String peer, SocketChannel channel) {
        this.peer = peer;
        this.channel = channel;
    }

    /** Connects to {@code socket}; {@code peer} says in messages who is at the other end. */
    static JsonSocket connect(String peer, Path socket) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        var connected = new JsonSocket(peer, channel);
        Thread.ofVirtual().name("from " + peer).start(connected::read);
        return connected;
    }

    /** Sends {@code message} as a line; {@code delimited} puts the guest agent's mark before it. */
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
            throw broken("the connection is gone (" + e + ")").because(e);
        }
    }

    /** The next message; empty when none comes within {@code patience}; a {@link Failure} once the other end is gone. */
    Optional<JsonNode> receive(Duration patience) {
        try {
            var message = arrived.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (message == null) {
                return Optional.empty();
            }
            if (message.content == null) {
                arrived.add(message);
                throw broken(String.valueOf(message.trouble));
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
            // Nothing is lost: the other end sees the end of the connection all the same.
        }
    }

    private Failure broken(String why) {
        return Failure.build("Talking to " + peer + " failed: " + why, "");
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
            if (line.size() > LONGEST) {
                throw new IOException("a message is longer than " + LONGEST + " bytes");
            }
        } else if (line.size() > 0) {
            var content = json.readTree(line.toByteArray());
            line.reset();
            if (!content.isObject()) {
                throw new IOException("a message is no JSON object: " + PlainText.shortened(content.toString(), 200));
            }
            if (!arrived.offer(new Message(content, null))) {
                throw new IOException("more than " + MOST_WAITING + " messages wait to be read");
            }
        }
    }

    private void end(String why) {
        if (arrived.remainingCapacity() == 0) {
            arrived.clear();
        }
        arrived.add(new Message(null, why));
    }
}
