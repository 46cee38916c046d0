/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** One HTTP download with the behaviour of the secondary storage VM. */
final class Transfer {

    /** A response that the VM does not download from. */
    static final class DownloadRejected extends Exception {
        private static final long serialVersionUID = 1L;

        DownloadRejected(String message) {
            super(message);
        }
    }

    private static final int MOST_RESUMES = 3;

    private final URI url;
    private final Path target;
    private final Settings settings;
    private final AtomicLong received = new AtomicLong();
    private volatile long length;

    Transfer(URI url, Path target, Settings settings) {
        this.url = url;
        this.target = target;
        this.settings = settings;
    }

    /** The received part of the announced length; 0 without an announced length. */
    int percent() {
        return length <= 0 ? 0 : (int) (received.get() * 100 / length);
    }

    void run() throws IOException, DownloadRejected {
        try (var client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(10))
                .followRedirects(settings.followRedirects ? HttpClient.Redirect.NORMAL : HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            begin(client);
            for (var resumes = 0; received.get() < length; resumes++) {
                if (resumes == MOST_RESUMES) {
                    throw new DownloadRejected("Connection reset");
                }
                resume(client);
            }
        }
    }

    private void begin(HttpClient client) throws IOException, DownloadRejected {
        var answer = send(client, HttpRequest.newBuilder(url).build());
        try (var body = answer.body()) {
            if (answer.statusCode() / 100 == 3) {
                throw new DownloadRejected("Failed to download %s due to redirection, response code: %d"
                        .formatted(url, answer.statusCode()));
            }
            if (answer.statusCode() != 200) {
                throw new DownloadRejected("HTTP Server returned %d (expected 200 OK)".formatted(answer.statusCode()));
            }
            length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
            var isChunked = answer.headers().firstValue("Transfer-Encoding").isPresent();
            if (length < 0 && !isChunked) {
                throw new DownloadRejected("Failed to receive length of download");
            }
            if (length > settings.mostBytes) {
                throw new DownloadRejected("Download file size is too large");
            }
            receive(body, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        }
    }

    private void resume(HttpClient client) throws IOException, DownloadRejected {
        var answer = send(
                client,
                HttpRequest.newBuilder(url)
                        .header("Range", "bytes=%d-".formatted(received.get()))
                        .build());
        try (var body = answer.body()) {
            if (answer.statusCode() != 206) {
                throw new DownloadRejected("HTTP Server does not support partial get");
            }
            receive(body, StandardOpenOption.APPEND);
        }
    }

    /** A truncated body is detected by its length. */
    private void receive(InputStream body, StandardOpenOption... options) throws IOException {
        try (var file = Files.newOutputStream(target, options)) {
            var buffer = new byte[1 << 16];
            while (true) {
                int count;
                try {
                    count = body.read(buffer);
                } catch (IOException e) {
                    return;
                }
                if (count < 0) {
                    return;
                }
                file.write(buffer, 0, count);
                received.addAndGet(count);
            }
        }
    }

    private static HttpResponse<InputStream> send(HttpClient client, HttpRequest request)
            throws IOException, DownloadRejected {
        try {
            return client.send(request, BodyHandlers.ofInputStream());
        } catch (ConnectException e) {
            throw new DownloadRejected("Connection refused");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DownloadRejected("interrupted");
        }
    }
}
