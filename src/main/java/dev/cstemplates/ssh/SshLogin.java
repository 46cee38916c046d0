/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.ssh;

import dev.cstemplates.core.Failure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.session.ClientSession;

/** An SSH session of a logged-in user. */
public final class SshLogin implements AutoCloseable {

    /** Maximum output of one command, in bytes. */
    private static final int MAX_OUTPUT = 1 << 20;

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final ClientSession session;

    SshLogin(ClientSession session) {
        this.session = session;
    }

    /** How a command ended; {@code output} is its standard output, {@code errors} its standard error. */
    public record CommandResult(int exitCode, String output, String errors) {}

    /** Runs {@code script} with bash as root; an IOException if it exceeds {@code limit} or prints too much. */
    public CommandResult asRoot(String script, Duration limit) throws IOException {
        return run("sudo -n bash -s", script, limit);
    }

    /** Runs {@code command} with {@code input} as its standard input. */
    public CommandResult run(String command, String input, Duration limit) throws IOException {
        var channel = session.createExecChannel(command);
        try (var output = new Bounded();
                var errors = new Bounded()) {
            channel.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
            channel.setOut(output);
            channel.setErr(errors);
            // The library's own waiting ignores interrupts.
            var closed = new CountDownLatch(1);
            channel.addCloseFutureListener(future -> closed.countDown());
            SshAccess.cancellable(() -> channel.open().verify(START_LIMIT));
            if (!closed.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("'" + command + "' did not finish within " + limit.toSeconds() + " s");
            }
            var exitCode = channel.getExitStatus();
            if (exitCode == null) {
                throw new IOException("'" + command + "' ended without an exit code: the connection was lost");
            }
            return new CommandResult(exitCode, output.text(), errors.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("The command in the guest").because(e);
        } finally {
            channel.close(true);
        }
    }

    @Override
    public void close() {
        session.close(true);
    }

    private static final class Bounded extends OutputStream {

        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        @Override
        public void write(int next) throws IOException {
            write(new byte[] {(byte) next}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (kept.size() + length > MAX_OUTPUT) {
                throw new IOException("a command in the guest printed more than " + MAX_OUTPUT + " bytes");
            }
            kept.write(bytes, offset, length);
        }

        synchronized String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }
}
