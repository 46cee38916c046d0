package dev.cstemplates.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The other end of a monitor or agent socket, driven by a script. */
final class FakeSocket implements AutoCloseable {

    interface Conversation {
        void run(Peer peer) throws IOException;
    }

    record Peer(InputStream in, OutputStream out) {

        void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        String hear() throws IOException {
            var line = new ByteArrayOutputStream();
            for (var next = in.read(); next != '\n' && next >= 0; next = in.read()) {
                line.write(next);
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }
    }

    final Path path;
    private final ServerSocketChannel server;

    FakeSocket(Conversation conversation) throws IOException {
        path = Files.createTempDirectory("cst-fake-").resolve("socket");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
        Thread.ofVirtual().start(() -> {
            try (var client = server.accept()) {
                conversation.run(new Peer(Channels.newInputStream(client), Channels.newOutputStream(client)));
            } catch (IOException e) {
                // The test is over.
            }
        });
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
        Files.deleteIfExists(path.getParent());
    }
}
