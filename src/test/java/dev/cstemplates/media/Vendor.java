/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A fake web server of a vendor that serves files correctly unless faults were injected. */
public final class Vendor implements AutoCloseable {

    /** How to answer one request. */
    @FunctionalInterface
    public interface Fault {
        void answer(Vendor vendor, HttpExchange exchange, byte[] content) throws IOException;
    }

    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private volatile String etag = "\"one\"";

    public Vendor() throws IOException {
        this(HttpServer.create(), "http");
    }

    Vendor(HttpServer server, String scheme) throws IOException {
        this.server = server;
        this.scheme = scheme;
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    public URI url(String path) {
        return URI.create(
                "%s://127.0.0.1:%d%s".formatted(scheme, server.getAddress().getPort(), path));
    }

    Mirror mirror(String folder) {
        return new Mirror.Folder(url(folder));
    }

    public void offer(String path, byte[] content) {
        files.put(path, content);
    }

    public void offer(String path, String content) {
        offer(path, content.getBytes(StandardCharsets.UTF_8));
    }

    public void withdraw(String path) {
        files.remove(path);
    }

    /** Injects faults into the next responses for a path, one each; later requests are answered correctly. */
    public void injectFaults(String path, Fault... next) {
        faults.put(path, new ArrayDeque<>(Arrays.asList(next)));
    }

    void rename(String etag) {
        this.etag = etag;
    }

    /** The requests in order: {@code /path}, {@code /path Range} or {@code /path Range If-Range}. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public static Fault status(int status, String... headers) {
        return (vendor, exchange, content) -> {
            for (var i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    public static Fault redirectTo(Object location) {
        return status(302, "Location", location.toString());
    }

    /** Sends less than announced and closes the connection. */
    public static Fault cutAfter(int bytes) {
        return (vendor, exchange, content) -> {
            vendor.begin(exchange, content.length);
            exchange.getResponseBody().write(content, 0, bytes);
            exchange.getResponseBody().flush();
        };
    }

    /** Sends a part, then nothing on the open connection. */
    public static Fault stallAfter(int bytes) {
        return (vendor, exchange, content) -> {
            vendor.begin(exchange, content.length);
            exchange.getResponseBody().write(content, 0, bytes);
            exchange.getResponseBody().flush();
            vendor.awaitClosing();
        };
    }

    /** Sends all of {@code content}, regardless of the requested range. */
    public static Fault wholly(byte[] content) {
        return (vendor, exchange, ignored) -> {
            vendor.begin(exchange, content.length);
            exchange.getResponseBody().write(content);
        };
    }

    /** Sends {@code content} without a length. */
    public static Fault withoutLength(byte[] content) {
        return (vendor, exchange, ignored) -> {
            vendor.begin(exchange, 0);
            exchange.getResponseBody().write(content);
        };
    }

    private void begin(HttpExchange exchange, long length) throws IOException {
        exchange.getResponseHeaders().set("ETag", etag);
        exchange.sendResponseHeaders(200, length);
    }

    private void awaitClosing() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var range = exchange.getRequestHeaders().getFirst("Range");
            var ifRange = exchange.getRequestHeaders().getFirst("If-Range");
            requests.add(path + (range == null ? "" : " " + range) + (ifRange == null ? "" : " " + ifRange));
            var content = files.get(path);
            var next = faults.getOrDefault(path, new ArrayDeque<>()).poll();
            if (next != null) {
                next.answer(this, exchange, content == null ? new byte[0] : content);
            } else if (content == null) {
                exchange.sendResponseHeaders(404, -1);
            } else if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
                begin(exchange, -1);
            } else if (range == null || (ifRange != null && !ifRange.equals(etag))) {
                begin(exchange, content.length);
                exchange.getResponseBody().write(content);
            } else {
                sendRest(exchange, content, Integer.parseInt(range.replaceAll("\\D", "")));
            }
        }
    }

    private void sendRest(HttpExchange exchange, byte[] content, int from) throws IOException {
        if (from >= content.length) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        exchange.getResponseHeaders().set("ETag", etag);
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
        exchange.sendResponseHeaders(206, content.length - from);
        exchange.getResponseBody().write(content, from, content.length - from);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.close();
    }
}
