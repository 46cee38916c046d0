package dev.cstemplates.cloudstack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cstemplates.core.Retry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A management server that answers what a test tells it, checks signatures, and knows every command of {@link #knows}. */
final class Server implements AutoCloseable {

    static final Credentials KEYS = new Credentials("the-api-key", "the-secret-key");

    private final HttpServer http;
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    final List<Map<String, String>> calls = new ArrayList<>();
    final List<Duration> pauses = new ArrayList<>();

    interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    Server() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/client/api", this::handle);
        http.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/client/api");
    }

    CloudStackClient client(CallListener listener) {
        return client(KEYS, listener, Clock.systemUTC());
    }

    CloudStackClient client(Credentials keys, CallListener listener, Clock clock) {
        var retry = Retry.of(4, Duration.ofSeconds(1), Duration.ofSeconds(10))
                .with(new SplittableRandom(1), pauses::add, clock);
        var connection = new Connection(endpoint(), null, Duration.ofSeconds(5), Duration.ofSeconds(20));
        return new CloudStackClient(connection, keys, retry, clock, listener);
    }

    /** The next answers to {@code command}; the last one is given again and again. */
    Server on(String command, Answer... next) {
        answers.computeIfAbsent(command, key -> new ArrayDeque<>()).addAll(List.of(next));
        return this;
    }

    /** Has the server say that it knows a command and these parameters of it. */
    Server knows(String command, String... parameters) {
        var params = new StringBuilder();
        for (var parameter : parameters) {
            params.append(params.isEmpty() ? "" : ",")
                    .append("{\"name\":\"")
                    .append(parameter)
                    .append("\"}");
        }
        return on(
                "listApis " + command,
                body(
                        200,
                        "{\"listapisresponse\":{\"count\":1,\"api\":[{\"name\":\"%s\",\"params\":[%s]}]}}"
                                .formatted(command, params)));
    }

    static Answer recorded(String name) {
        var recording = Recording.of(name);
        return body(recording.status(), recording.body());
    }

    static Answer body(int status, String text) {
        return exchange -> {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    /** Says that more will come than does. */
    static Answer cut() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
        };
    }

    long count(String command) {
        return calls.stream()
                .filter(each -> command.equals(each.get("command")))
                .count();
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var form = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            calls.add(form);
            var unsigned = new TreeMap<>(form);
            var signature = unsigned.remove("signature");
            if (!exchange.getRequestMethod().equals("POST")
                    || !"3".equals(form.get("signatureversion"))
                    || !Signature.of(unsigned, KEYS.secretKey()).equals(signature)) {
                recorded("auth-wrong-signature").give(exchange);
                return;
            }
            var command = String.valueOf(form.get("command"));
            var queue = answers.get(command.equals("listApis") ? "listApis " + form.get("name") : command);
            if (queue == null) {
                recorded("listApis-missing").give(exchange);
                return;
            }
            (queue.size() > 1 ? queue.removeFirst() : queue.getFirst()).give(exchange);
        } catch (IOException e) {
            // A cut connection is what some tests want.
        }
    }

    private static Map<String, String> form(String body) {
        var form = new TreeMap<String, String>();
        for (var pair : body.split("&", -1)) {
            var parts = pair.split("=", 2);
            form.put(decoded(parts[0]), decoded(parts[1]));
        }
        return form;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
