/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.layer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cstemplates.delivery.Bucket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** An in-memory fake of the S3 operations that layers use. Signatures are not checked. */
final class MemoryStore implements AutoCloseable {

    private static final String DIGEST = "x-amz-meta-sha256";

    private final HttpServer http;
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final SortedMap<String, Stored> objects = new ConcurrentSkipListMap<>();

    /** Content as ISO 8859-1, which is lossless. */
    private record Stored(String content, @Nullable String digest) {}

    private record Upload(@Nullable String digest, SortedMap<Integer, String> parts) {}

    MemoryStore() throws IOException {
        System.setProperty("aws.accessKeyId", "key");
        System.setProperty("aws.secretAccessKey", "secret");
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::handle);
        http.start();
    }

    /** The URL of one of its buckets. */
    String url() {
        return "s3://layers/team?endpoint=http://127.0.0.1:" + http.getAddress().getPort();
    }

    LayerBucket layers() {
        return new LayerBucket(Bucket.at(Bucket.BucketLocation.parse(url())));
    }

    SortedSet<String> paths() {
        return new TreeSet<>(objects.keySet());
    }

    String content(String path) {
        return Objects.requireNonNull(objects.get(path)).content();
    }

    /** Changes content but not its digest, as a corrupt store does. */
    void replace(String path, String content) {
        objects.computeIfPresent(path, (_, stored) -> new Stored(content, stored.digest()));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var query = query(exchange.getRequestURI());
            var body = body(exchange);
            switch (exchange.getRequestMethod()) {
                case "GET", "HEAD" -> sendObject(exchange, objects.get(path));
                case "PUT" -> {
                    if (query.containsKey("partNumber")) {
                        upload(query)
                                .parts()
                                .put(Integer.valueOf(Objects.requireNonNull(query.get("partNumber"))), body);
                    } else {
                        objects.put(path, new Stored(body, null));
                    }
                    exchange.getResponseHeaders().set("ETag", "\"etag\"");
                    exchange.sendResponseHeaders(200, -1);
                }
                case "POST" -> {
                    if (query.containsKey("uploads")) {
                        uploads.put(
                                path, new Upload(exchange.getRequestHeaders().getFirst(DIGEST), new TreeMap<>()));
                    } else {
                        var upload = upload(query);
                        objects.put(
                                path, new Stored(String.join("", upload.parts().values()), upload.digest()));
                    }
                    send(exchange, 200, "<R><UploadId>" + path + "</UploadId><ETag>e</ETag></R>");
                }
                default -> exchange.sendResponseHeaders(405, -1);
            }
        }
    }

    private Upload upload(Map<String, String> query) {
        return Objects.requireNonNull(uploads.get(query.get("uploadId")));
    }

    private static void sendObject(HttpExchange exchange, @Nullable Stored stored) throws IOException {
        if (stored == null) {
            send(exchange, 404, "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>");
            return;
        }
        if (stored.digest() != null) {
            exchange.getResponseHeaders().set(DIGEST, stored.digest());
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders()
                    .set("Content-Length", Integer.toString(stored.content().length()));
            exchange.sendResponseHeaders(200, -1);
        } else {
            send(exchange, 200, stored.content());
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        var isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, isHead ? -1 : bytes.length);
        if (!isHead) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Map<String, String> query(URI uri) {
        var query = new TreeMap<String, String>();
        if (uri.getQuery() != null) {
            for (var pair : uri.getQuery().split("&", -1)) {
                var parts = pair.split("=", 2);
                query.put(parts[0], parts.length < 2 ? "" : parts[1]);
            }
        }
        return query;
    }

    /** Clients send "aws-chunked" bodies: pieces, each after a line with its length in hexadecimal, then checksums. */
    private static String body(HttpExchange exchange) throws IOException {
        var raw = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestHeaders().getFirst("x-amz-decoded-content-length") == null) {
            return new String(raw, StandardCharsets.ISO_8859_1);
        }
        var content = new ByteArrayOutputStream();
        var at = 0;
        while (true) {
            var end = at;
            while (raw[end] != '\r') {
                end++;
            }
            var length = Integer.parseInt(
                    new String(raw, at, end - at, StandardCharsets.US_ASCII).replaceAll(";.*", ""), 16);
            if (length == 0) {
                return content.toString(StandardCharsets.ISO_8859_1);
            }
            content.writeBytes(Arrays.copyOfRange(raw, end + 2, end + 2 + length));
            at = end + 2 + length + 2;
        }
    }

    @Override
    public void close() {
        http.stop(0);
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }
}
