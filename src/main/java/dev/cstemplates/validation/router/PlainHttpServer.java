package dev.cstemplates.validation.router;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A small HTTP server for plain text. */
final class PlainHttpServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();

    private PlainHttpServer(HttpServer server) {
        this.server = server;
    }

    /** Serves at {@code address}; an exception of {@code handler} closes its connection. */
    static PlainHttpServer serve(String what, InetSocketAddress address, HttpHandler handler) {
        try {
            var plain = new PlainHttpServer(HttpServer.create(address, 0));
            plain.server.setExecutor(plain.handlers);
            plain.server.createContext("/", exchange -> {
                try (exchange) {
                    handler.handle(exchange);
                }
            });
            plain.server.start();
            return plain;
        } catch (IOException e) {
            throw Failure.host("Cannot start the router's " + what + " on " + address + ": " + e, "")
                    .because(e);
        }
    }

    static String sourceOf(HttpExchange exchange) {
        return exchange.getRemoteAddress().getAddress().getHostAddress();
    }

    /** Sends {@code body} as text; a HEAD request gets only headers. */
    static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        if (exchange.getRequestMethod().equals("HEAD") || bytes.length == 0) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        handlers.shutdownNow();
    }
}
