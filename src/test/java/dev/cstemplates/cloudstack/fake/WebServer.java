/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The web server of the recordings: the first folder of the path selects its behaviour. */
final class WebServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();

    WebServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    void offer(String name, byte[] content) {
        files.put(name, content);
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void serve(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var content = files.get(path.substring(path.lastIndexOf('/') + 1));
        try (exchange) {
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                behave(exchange, path.substring(1, path.lastIndexOf('/') + 1), content);
            }
        }
    }

    private void behave(HttpExchange exchange, String folder, byte[] content) throws IOException {
        switch (folder) {
            case "status404/", "status403/", "status500/" ->
                exchange.sendResponseHeaders(Integer.parseInt(folder.substring(6, 9)), -1);
            case "redir/" -> {
                exchange.getResponseHeaders().set("Location", url("/tiny.qcow2"));
                exchange.sendResponseHeaders(302, -1);
            }
            case "nohead/" -> {
                if (exchange.getRequestMethod().equals("HEAD")) {
                    exchange.sendResponseHeaders(405, -1);
                } else {
                    whole(exchange, content);
                }
            }
            case "chunked/" -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(content);
            }
            case "norange/", "trunc/" -> half(exchange, folder.equals("trunc/"), content);
            default -> whole(exchange, content);
        }
    }

    private static void whole(HttpExchange exchange, byte[] content) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
    }

    /** Closes the connection after half of the content; the rest can be requested where ranges are supported. */
    private static void half(HttpExchange exchange, boolean hasRange, byte[] content) throws IOException {
        var range = exchange.getRequestHeaders().getFirst("Range");
        if (range != null && hasRange) {
            var from = Integer.parseInt(range.replaceAll("\\D", ""));
            exchange.sendResponseHeaders(206, content.length - from);
            exchange.getResponseBody().write(content, from, content.length - from);
            return;
        }
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content, 0, content.length / 2);
        exchange.getResponseBody().flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
