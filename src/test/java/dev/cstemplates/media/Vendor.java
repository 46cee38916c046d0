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

/** Plays a vendor's web server: serves files as a good one does, or misbehaves once for each misbehaviour that was asked for. */
public final class Vendor implements AutoCloseable {

    /** How one request is answered. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(Vendor vendor, HttpExchange exchange, byte[] content) throws IOException;
    }

    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, Queue<Behaviour>> behaviours = new ConcurrentHashMap<>();
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

    /** The next requests for a path are answered so, one each; those after them as they should be. */
    public void misbehave(String path, Behaviour... next) {
        behaviours.put(path, new ArrayDeque<>(Arrays.asList(next)));
    }

    void rename(String etag) {
        this.etag = etag;
    }

    /** {@code /path} or {@code /path Range} or {@code /path Range If-Range}, in the order that they came. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public static Behaviour status(int status, String... headers) {
        return (vendor, exchange, content) -> {
            for (var i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    public static Behaviour redirectTo(Object location) {
        return status(302, "Location", location.toString());
    }

    /** Says how much there is, sends less, and hangs up. */
    public static Behaviour cutAfter(int bytes) {
        return (vendor, exchange, content) -> {
            vendor.begin(exchange, content.length);
            exchange.getResponseBody().write(content, 0, bytes);
            exchange.getResponseBody().flush();
        };
    }

    /** Sends some, and then nothing, with the line open. */
    public static Behaviour stallAfter(int bytes) {
        return (vendor, exchange, content) -> {
            vendor.begin(exchange, content.length);
            exchange.getResponseBody().write(content, 0, bytes);
            exchange.getResponseBody().flush();
            vendor.awaitClosing();
        };
    }

    /** Sends {@code content} whole, whatever part was asked for. */
    public static Behaviour wholly(byte[] content) {
        return (vendor, exchange, ignored) -> {
            vendor.begin(exchange, content.length);
            exchange.getResponseBody().write(content);
        };
    }

    /** Sends {@code content} without saying how much it is. */
    public static Behaviour withoutLength(byte[] content) {
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
            var next = behaviours.getOrDefault(path, new ArrayDeque<>()).poll();
            if (next != null) {
                next.answer(this, exchange, content == null ? new byte[0] : content);
            } else if (content == null) {
                exchange.sendResponseHeaders(404, -1);
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
