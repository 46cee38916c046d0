/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /client/api}: authenticates, authorises and executes calls. */
final class ApiServer {

    private static final DateTimeFormatter EXPIRES = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXX");
    private static final Duration MOST_AHEAD = Duration.ofMinutes(15);
    private static final String ERROR = "errorresponse";

    /** An error and the name of its envelope. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final String envelope;
        private final transient ObjectNode body;
        private final int status;

        Refusal(String envelope, int status, ObjectNode body) {
            super(envelope);
            this.envelope = envelope;
            this.status = status;
            this.body = body;
        }
    }

    private final Cloud cloud;
    private final JobCommands jobs;
    private final Map<String, Command> commands = new LinkedHashMap<>();
    private final Map<Account, Deque<Instant>> recent = new HashMap<>();
    private final List<RecordedCall> seen = Collections.synchronizedList(new ArrayList<>());

    ApiServer(Cloud cloud, UploadTickets tickets) {
        this.cloud = cloud;
        this.jobs = new JobCommands(cloud);
        add(jobs.all());
        add(new Registration(cloud, tickets).all());
        add(List.of(new TemplateListing(cloud).command()));
        add(new TemplateCommands(cloud).all());
        add(new TagCommands(cloud).all());
        add(new OwnedCommands(cloud).all());
        add(new PlaceCommands(cloud).all());
        add(new InstanceCommands(cloud).all());
        add(new ServerCommands(cloud, () -> List.copyOf(commands.values())).all());
    }

    private void add(List<Command> group) {
        group.forEach(command -> commands.put(command.name(), command));
    }

    List<RecordedCall> seen() {
        return List.copyOf(seen);
    }

    void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var sent = parameters(exchange);
            var name = sent.getOrDefault("command", "");
            cloud.faults.arrived(name);
            var fault = cloud.faults.of(name, cloud.now());
            if (fault.isPresent() && !(fault.get() instanceof Fault.CutAfter)) {
                misbehave(exchange, name, fault.get());
                return;
            }
            var isJson = sent.getOrDefault("response", "xml").equals("json");
            int status;
            JsonNode body;
            try {
                body = answer(exchange.getRequestMethod(), sent);
                status = 200;
            } catch (Refusal e) {
                body = Json.object().set(e.envelope, e.body);
                status = e.status;
            }
            seen.add(new RecordedCall(exchange.getRequestMethod(), name, Map.copyOf(sent), status));
            cloud.faults.answered(name);
            if (fault.isEmpty()) {
                write(exchange, status, isJson ? Json.MAPPER.writeValueAsString(body) : Json.xml(body), isJson);
            }
        }
    }

    private void misbehave(HttpExchange exchange, String name, Fault fault) throws IOException {
        switch (fault) {
            case Fault.ErrorResponse refused -> {
                var error = ApiError.of(refused.code(), refused.text());
                var body = Json.object().set(envelope(name), body(error));
                seen.add(new RecordedCall(exchange.getRequestMethod(), name, Map.of(), refused.code()));
                exchange.getResponseHeaders().set("X-Description", refused.text());
                write(exchange, refused.code(), Json.MAPPER.writeValueAsString(body), true);
            }
            case Fault.ProxyPage page -> write(exchange, page.status(), "<html><body>Bad Gateway</body></html>", false);
            case Fault.EmptyBody _ -> write(exchange, 200, "", true);
            case Fault.CutBefore _, Fault.CutAfter _ -> exchange.close();
        }
    }

    private String envelope(String name) {
        return Optional.ofNullable(commands.get(name)).map(Command::envelope).orElse(ERROR);
    }

    /** Sorted by the bytes of the names as sent; the server merges the query string and the form. */
    private static SortedMap<String, String> parameters(HttpExchange exchange) throws IOException {
        var parameters = new TreeMap<String, String>();
        var query = exchange.getRequestURI().getRawQuery();
        if (query != null) {
            parse(query, parameters);
        }
        parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8), parameters);
        return parameters;
    }

    private static void parse(String form, Map<String, String> into) {
        for (var pair : form.split("&", -1)) {
            var equals = pair.indexOf('=');
            if (equals > 0) {
                into.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private JsonNode answer(String method, SortedMap<String, String> sent) throws Refusal {
        synchronized (cloud) {
            var account = authenticate(sent);
            var command = commands.get(sent.get("command"));
            if (command == null) {
                throw unauthenticated(ERROR);
            }
            checkThrottle(account, command);
            if (cloud.settings.enforcePostAndTimestamps && method.equals("GET") && !command.mayBeGot()) {
                throw refusal(
                        command,
                        ApiError.of(
                                400,
                                "State changing command %s needs to be sent using POST request"
                                        .formatted(command.name())));
            }
            try {
                return Json.object().set(command.envelope(), run(command, account, sent));
            } catch (ApiError e) {
                throw refusal(command, e);
            }
        }
    }

    private JsonNode run(Command command, Account account, Map<String, String> sent) {
        var call = Call.of(command, account, sent, cloud.settings);
        cloud.requireKnown(call);
        var work = command.begin().of(call);
        if (!command.isAsync()) {
            return work.run();
        }
        var answer = jobs.submit(call, work);
        if (command.name().equals("deployVirtualMachine")) {
            answer.put("id", call.required("id"));
        }
        return answer;
    }

    private Account authenticate(SortedMap<String, String> sent) throws Refusal {
        var name = sent.get("command");
        if (name == null) {
            throw unauthenticated("null");
        }
        var account = find(sent, "apikey").map(cloud.accounts::get);
        var signature = find(sent, "signature");
        if (account.isEmpty() || signature.isEmpty()) {
            throw unauthenticated(envelope(name));
        }
        if (!commands.containsKey(name)) {
            throw unauthenticated(ERROR);
        }
        if (!account.get().role().mayCall(name)) {
            var text = "The API [%s] does not exist or is not available for the account for user id [%s]."
                    .formatted(name, account.get().userId());
            throw new Refusal(ERROR, 432, body(ApiError.of(432, text)));
        }
        if (!isInTime(sent)
                || !Signatures.expected(sent, account.get().secretKey()).equals(signature.get())) {
            throw unauthenticated(envelope(name));
        }
        return account.get();
    }

    private static Optional<String> find(Map<String, String> sent, String name) {
        return sent.entrySet().stream()
                .filter(parameter -> parameter.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private boolean isInTime(Map<String, String> sent) {
        var enforced = cloud.settings.enforcePostAndTimestamps;
        if (find(sent, "signatureversion").filter("3"::equals).isEmpty()) {
            return !enforced;
        }
        try {
            var expires = OffsetDateTime.parse(find(sent, "expires").orElse(""), EXPIRES)
                    .toInstant();
            return !expires.isBefore(cloud.now())
                    && (!enforced || !expires.isAfter(cloud.now().plus(MOST_AHEAD)));
        } catch (DateTimeException e) {
            return false;
        }
    }

    private void checkThrottle(Account account, Command command) throws Refusal {
        var most = cloud.settings.throttleMost;
        if (most == 0 || account.isAdmin()) {
            return;
        }
        var calls = recent.computeIfAbsent(account, who -> new ArrayDeque<>());
        var window = Instant.now().minus(cloud.settings.throttleWindow);
        while (!calls.isEmpty() && calls.element().isBefore(window)) {
            calls.remove();
        }
        if (calls.size() >= most) {
            throw refusal(
                    command,
                    ApiError.of(
                            429,
                            "The given user has reached his/her account api limit, please retry after [%d] ms."
                                    .formatted(Duration.between(window, calls.element())
                                                    .toMillis()
                                            + 1)));
        }
        calls.add(Instant.now());
    }

    private static Refusal refusal(Command command, ApiError error) {
        return new Refusal(command.envelope(), error.code(), body(error));
    }

    private static ObjectNode body(ApiError error) {
        var body = Json.object();
        body.putArray("uuidList");
        return body.put("errorcode", error.code())
                .put("cserrorcode", error.internalCode())
                .put("errortext", error.text());
    }

    /** The same response to a wrong key, a wrong signature, an expired call and an unknown command. */
    private static Refusal unauthenticated(String envelope) {
        var body = Json.object();
        body.putArray("uuidList");
        body.put("errorcode", 401).put("errortext", "unable to verify user credentials and/or request signature");
        return new Refusal(envelope, 401, body);
    }

    private static void write(HttpExchange exchange, int status, String text, boolean isJson) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders()
                .set("Content-Type", (isJson ? "application/json" : "text/xml") + ";charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
