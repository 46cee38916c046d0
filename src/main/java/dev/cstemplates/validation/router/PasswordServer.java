package dev.cstemplates.validation.router;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * CloudStack's password server; the header {@code DomU_Request} is the request. {@code send_my_password} returns the pending password, or
 * {@code saved_password} if there is none; {@code saved_password} acknowledges and removes it; anything else returns {@code bad_request}.
 */
final class PasswordServer implements AutoCloseable {

    static final String HEADER = "DomU_Request";
    static final String SEND = "send_my_password";
    static final String SAVED = "saved_password";
    static final String BAD = "bad_request";

    private final String owner;
    private final AtomicReference<@Nullable String> pending;
    private final boolean silent;
    private final RouterLog log;
    private final PlainHttpServer server;

    private PasswordServer(InetSocketAddress address, Instance instance, boolean silent, RouterLog log) {
        this.owner = instance.address();
        this.pending = new AtomicReference<>(instance.password());
        this.silent = silent;
        this.log = log;
        this.server = PlainHttpServer.serve("password server", address, this::handle);
    }

    /** Serves at {@code address}; a {@code silent} server logs requests and returns nothing. */
    static PasswordServer start(InetSocketAddress address, Instance instance, boolean silent, RouterLog log) {
        return new PasswordServer(address, instance, silent, log);
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        var source = PlainHttpServer.sourceOf(exchange);
        var header = Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst(HEADER), "");
        if (silent) {
            log.add(RouterLog.Service.PASSWORD, source, header, "(silent)");
            return;
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            log.add(RouterLog.Service.PASSWORD, source, exchange.getRequestMethod() + " " + header, "403");
            PlainHttpServer.send(exchange, 403, "");
            return;
        }
        var body = answerTo(header, source);
        log.add(RouterLog.Service.PASSWORD, source, header, body);
        PlainHttpServer.send(exchange, 200, body);
    }

    private String answerTo(String header, String source) {
        return switch (header) {
            case SEND -> source.equals(owner) ? Objects.requireNonNullElse(pending.get(), SAVED) : SAVED;
            case SAVED -> {
                if (source.equals(owner)) {
                    pending.set(null);
                }
                yield SAVED;
            }
            default -> BAD;
        };
    }
}
