package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.PlainText;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/**
 * Sends a template's file to a secondary storage VM: one multipart request with a length. A ticket is valid for a single attempt whatever
 * its outcome, so there are no retries here: callers request a new ticket.
 */
public final class Upload {

    private static final String NAME = "upload";
    private static final String BOUNDARY = "cst-6f1d2c0b9a8e4753";

    /** How long a connection may accept no data before the upload is aborted. */
    private static final Duration STALL = Duration.ofMinutes(5);

    private final HttpClient client;

    Upload(HttpClient client) {
        this.client = client;
    }

    /**
     * Sends {@code file}, whose name ends with its format's extension.
     *
     * @param progress receives the number of bytes sent so far
     */
    public void send(UploadTicket ticket, Path file, LongConsumer progress) {
        var sent = new UploadProgress(progress);
        var request = HttpRequest.newBuilder(ticket.url())
                .header("x-signature", ticket.signature())
                .header("x-metadata", ticket.metadata())
                .header("x-expires", ticket.expires())
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(body(file, sent))
                .build();
        var running = client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        try {
            require(answer(running, sent, ticket), ticket);
        } catch (ExecutionException e) {
            throw Http.error(NAME, Urls.withoutSecrets(ticket.url()), e.getCause() == null ? e : e.getCause());
        } catch (IOException e) {
            throw Http.error(NAME, Urls.withoutSecrets(ticket.url()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("The upload of " + file.getFileName()).because(e);
        } finally {
            running.cancel(true);
        }
    }

    private static HttpResponse<InputStream> answer(
            CompletableFuture<HttpResponse<InputStream>> running, UploadProgress sent, UploadTicket ticket)
            throws ExecutionException, InterruptedException {
        while (true) {
            var left = STALL.toNanos() - (System.nanoTime() - sent.last);
            if (left <= 0) {
                throw new CloudStackError(
                        ErrorKind.NO_ANSWER,
                        NAME,
                        "%s accepted no data for %d s".formatted(Urls.withoutSecrets(ticket.url()), STALL.toSeconds()));
            }
            try {
                return running.get(left, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                // Data may have been sent in the meantime: check again.
            }
        }
    }

    private static void require(HttpResponse<InputStream> response, UploadTicket ticket) throws IOException {
        var text = Http.text(response.body()).strip();
        if (response.statusCode() != 200) {
            // Masked before it is shortened: half of a signature would not be found.
            var masked = ticket.signature().isEmpty() ? text : text.replace(ticket.signature(), "********");
            var reason = PlainText.shortened(masked, 1000);
            // The management server reports only "UploadError": the reason is nowhere else.
            throw new CloudStackError(
                    ErrorKind.SERVER,
                    NAME,
                    response.statusCode(),
                    reason.isEmpty() ? "the storage VM rejected the file without a reason" : reason,
                    null);
        }
    }

    private static HttpRequest.BodyPublisher body(Path file, UploadProgress sent) {
        try {
            var head = ascii(
                    "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                            .formatted(
                                    BOUNDARY, String.valueOf(file.getFileName()).replaceAll("[^A-Za-z0-9._-]", "_")));
            var tail = ascii("\r\n--" + BOUNDARY + "--\r\n");
            var length = head.length + Files.size(file) + tail.length;
            // The storage VM requires a length: it rejects chunked requests.
            return HttpRequest.BodyPublishers.fromPublisher(
                    HttpRequest.BodyPublishers.ofInputStream(() -> whole(head, file, tail, sent)), length);
        } catch (IOException e) {
            throw Failure.host("Cannot read " + file + ": " + e, "Check that the file exists and is readable.")
                    .because(e);
        }
    }

    private static InputStream whole(byte[] head, Path file, byte[] tail, UploadProgress sent) {
        try {
            return new SequenceInputStream(Collections.enumeration(List.of(
                    new ByteArrayInputStream(head),
                    new Counting(Files.newInputStream(file), sent),
                    new ByteArrayInputStream(tail))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class UploadProgress {

        private final LongConsumer listener;
        private long bytes;
        private volatile long last = System.nanoTime();

        UploadProgress(LongConsumer listener) {
            this.listener = listener;
        }

        void add(int count) {
            bytes += count;
            last = System.nanoTime();
            listener.accept(bytes);
        }
    }

    private static final class Counting extends FilterInputStream {

        private final UploadProgress progress;

        Counting(InputStream in, UploadProgress progress) {
            super(in);
            this.progress = progress;
        }

        @Override
        public int read() throws IOException {
            var next = super.read();
            if (next >= 0) {
                progress.add(1);
            }
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            var count = super.read(bytes, offset, length);
            if (count > 0) {
                progress.add(count);
            }
            return count;
        }
    }
}
