/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.delivery;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A small web server that runs during a publication: answers {@code HEAD} and {@code GET} with a length, supports {@code Range}, never
 * redirects, lists nothing. A file's path contains its digest, so that later runs use the same URL and it cannot be guessed.
 */
public final class FileServer implements Delivery {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");
    private static final int CHUNK = 1 << 18;

    private final URI base;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, OfferedFile> items = new ConcurrentHashMap<>();

    private FileServer(URI base, HttpServer server) {
        this.base = Addresses.folder(base);
        this.server = server;
    }

    /**
     * Starts serving.
     *
     * @param listen port 0 for any free one
     * @param address by which CloudStack reaches this server; null for {@code listen}
     */
    public static FileServer start(InetSocketAddress listen, @Nullable URI address) {
        try {
            var http = HttpServer.create(listen, 0);
            var port = http.getAddress().getPort();
            var own = address != null ? address : URI.create("http://" + listen.getHostString() + ":" + port + "/");
            var server = new FileServer(own, http);
            http.setExecutor(server.threads);
            http.createContext("/", server::handle);
            http.start();
            return server;
        } catch (IOException e) {
            throw Failure.host(
                            "The file server cannot listen on " + listen + ": " + e.getMessage(),
                            "Choose another address in the profile's delivery.serve.listen.")
                    .because(e);
        }
    }

    @Override
    public URI address(OfferedFile item) {
        return base.resolve(path(item));
    }

    @Override
    public URI offer(OfferedFile item, LongConsumer progress) {
        items.put(path(item), item);
        return address(item);
    }

    private static String path(OfferedFile item) {
        return item.sha256().substring(0, 32) + "/" + item.name();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            // A proxy may add a prefix to the path.
            var item = items.entrySet().stream()
                    .filter(each -> path.endsWith("/" + each.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst();
            var method = exchange.getRequestMethod();
            if (item.isEmpty()) {
                exchange.sendResponseHeaders(404, -1);
            } else if (method.equals("GET") || method.equals("HEAD")) {
                serve(exchange, item.get(), method.equals("HEAD"));
            } else {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                exchange.sendResponseHeaders(405, -1);
            }
        }
    }

    /** From {@code first} to {@code last}, both included. */
    private record ByteRange(long first, long last) {

        long count() {
            return last - first + 1;
        }
    }

    private static void serve(HttpExchange exchange, OfferedFile item, boolean isHead) throws IOException {
        try (var file = FileChannel.open(item.file())) {
            var size = file.size();
            var headers = exchange.getResponseHeaders();
            headers.set("Accept-Ranges", "bytes");
            headers.set("Content-Type", "application/octet-stream");
            headers.set("ETag", "\"" + item.sha256() + "\"");
            var range = exchange.getRequestHeaders().getFirst("Range");
            var isPart = range != null && RANGE.matcher(range.strip()).matches();
            var wanted = isPart ? bytes(range.strip(), size) : new ByteRange(0, size - 1);
            if (wanted == null) {
                headers.set("Content-Range", "bytes */" + size);
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            if (isPart) {
                headers.set("Content-Range", "bytes %d-%d/%d".formatted(wanted.first, wanted.last, size));
            }
            var status = isPart ? 206 : 200;
            if (isHead) {
                headers.set("Content-Length", Long.toString(wanted.count()));
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            exchange.sendResponseHeaders(status, wanted.count() == 0 ? -1 : wanted.count());
            copy(file, wanted, exchange.getResponseBody());
        }
    }

    private static void copy(FileChannel file, ByteRange wanted, OutputStream out) throws IOException {
        var buffer = ByteBuffer.allocate(CHUNK);
        for (var at = wanted.first; at <= wanted.last; ) {
            buffer.clear().limit(Math.toIntExact(Math.min(CHUNK, wanted.last - at + 1)));
            var count = file.read(buffer, at);
            if (count < 0) {
                throw new IOException("the file became shorter while it was served");
            }
            out.write(buffer.array(), 0, count);
            at += count;
        }
    }

    /** Null for a range outside the file. */
    private static @Nullable ByteRange bytes(String header, long size) {
        var range = RANGE.matcher(header);
        if (!range.matches()) {
            return null;
        }
        var first = Long.parseLong(range.group(1));
        var last = range.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(range.group(2)));
        return first > last ? null : new ByteRange(first, last);
    }

    @Override
    public boolean isPermanent() {
        return false;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
