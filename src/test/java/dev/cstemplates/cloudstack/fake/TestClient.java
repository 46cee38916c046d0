/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A minimal client for the fake's own tests. */
final class TestClient implements AutoCloseable {

    /** A response; its single key is the envelope. */
    record ApiResponse(int status, String envelope, JsonNode content) {

        String error() {
            return content.path("errortext").asString("");
        }
    }

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI endpoint;

    TestClient(URI endpoint) {
        this.endpoint = endpoint;
    }

    /** Signed as {@code account}; {@code parameters} include the command. */
    ApiResponse call(Account account, Map<String, String> parameters) throws Exception {
        var sent = new TreeMap<>(parameters);
        sent.put("apikey", account.apiKey());
        sent.putIfAbsent("response", "json");
        sent.put("signature", Signatures.expected(sent, account.secretKey()));
        return send("POST", sent);
    }

    ApiResponse call(Account account, String command, String... pairs) throws Exception {
        var parameters = new TreeMap<String, String>();
        parameters.put("command", command);
        for (var i = 0; i < pairs.length; i += 2) {
            parameters.put(pairs[i], pairs[i + 1]);
        }
        return call(account, parameters);
    }

    /** Starts a job and polls until it has finished. */
    JsonNode job(Account account, Map<String, String> parameters) throws Exception {
        var id = call(account, parameters).content().get("jobid").asString();
        while (true) {
            var job = call(account, "queryAsyncJobResult", "jobid", id).content();
            if (job.get("jobstatus").asInt() != 0) {
                return job;
            }
        }
    }

    ApiResponse send(String method, Map<String, String> sent) throws Exception {
        var response = raw(method, sent);
        var document = Json.MAPPER.readTree(response.body());
        var only = document.properties().iterator().next();
        return new ApiResponse(response.statusCode(), only.getKey(), only.getValue());
    }

    HttpResponse<String> raw(String method, Map<String, String> sent) throws IOException, InterruptedException {
        var form = sent.entrySet().stream()
                .map(parameter -> encode(parameter.getKey()) + "=" + encode(parameter.getValue()))
                .collect(Collectors.joining("&"));
        var request = method.equals("GET")
                ? HttpRequest.newBuilder(URI.create(endpoint + "?" + form))
                : HttpRequest.newBuilder(endpoint)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    HttpClient http() {
        return client;
    }

    @Override
    public void close() {
        client.close();
    }
}
