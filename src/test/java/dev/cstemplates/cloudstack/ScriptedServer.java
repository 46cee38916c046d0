/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
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

/** A management server that checks signatures and sends the responses that a test sets up. */
final class ScriptedServer implements AutoCloseable {

    static final Credentials KEYS = new Credentials("the-api-key", "the-secret-key");

    private final HttpServer http;
    private final Map<String, Deque<ScriptedResponse>> responses = new HashMap<>();
    final List<Map<String, String>> calls = new ArrayList<>();
    final List<Duration> pauses = new ArrayList<>();

    interface ScriptedResponse {
        void send(HttpExchange exchange) throws IOException;
    }

    ScriptedServer() throws IOException {
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

    /** Sets the next responses to {@code command}; the last one is repeated. */
    ScriptedServer on(String command, ScriptedResponse... next) {
        responses.computeIfAbsent(command, key -> new ArrayDeque<>()).addAll(List.of(next));
        return this;
    }

    /** Declares a command and its parameters in {@code listApis}. */
    ScriptedServer supports(String command, String... parameters) {
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

    static ScriptedResponse recorded(String name) {
        var recording = Recording.of(name);
        return body(recording.status(), recording.body());
    }

    static ScriptedResponse body(int status, String text) {
        return exchange -> {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    /** Announces more content than it sends. */
    static ScriptedResponse cut() {
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
                recorded("auth-wrong-signature").send(exchange);
                return;
            }
            var command = String.valueOf(form.get("command"));
            var queue = responses.get(command.equals("listApis") ? "listApis " + form.get("name") : command);
            if (queue == null) {
                recorded("listApis-missing").send(exchange);
                return;
            }
            (queue.size() > 1 ? queue.removeFirst() : queue.getFirst()).send(exchange);
        } catch (IOException e) {
            // Some tests cut the connection.
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
