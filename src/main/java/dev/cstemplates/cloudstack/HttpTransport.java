/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Sends one call once: by POST with signature version 3 and an expiry, which every configuration of the server accepts. */
final class HttpTransport {

    /** Less than the 15 minutes that a server may enforce. */
    private static final Duration VALIDITY = Duration.ofMinutes(10);

    /** A smaller clock difference cannot cause a rejected expiry. */
    private static final Duration TOLERANCE = Duration.ofMinutes(4);

    private static final DateTimeFormatter EXPIRES =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssZ").withZone(ZoneOffset.UTC);

    private final Connection connection;
    private final Credentials credentials;
    private final HttpClient client;
    private final Clock clock;

    HttpTransport(Connection connection, Credentials credentials, HttpClient client, Clock clock) {
        this.connection = connection;
        this.credentials = credentials;
        this.client = client;
        this.clock = clock;
    }

    /** Returns the result or throws a {@link CloudStackError}. */
    JsonNode send(Call call) {
        var request = HttpRequest.newBuilder(connection.endpoint())
                .timeout(connection.answer())
                .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .header("User-Agent", "cst (cloudstack-templates)")
                .POST(HttpRequest.BodyPublishers.ofString(signed(call)))
                .build();
        try {
            var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            return open(call, response, Http.text(response.body()));
        } catch (IOException e) {
            throw Http.error(call.command(), Urls.withoutSecrets(connection.endpoint()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("The call " + call.command()).because(e);
        }
    }

    private String signed(Call call) {
        var all = new TreeMap<>(call.parameters());
        all.put("command", call.command());
        all.put("response", "json");
        all.put("apikey", credentials.apiKey());
        all.put("signatureversion", "3");
        all.put("expires", EXPIRES.format(clock.instant().plus(VALIDITY)));
        all.put("signature", Signature.of(all, credentials.secretKey()));
        return Signature.form(all);
    }

    private JsonNode open(Call call, HttpResponse<InputStream> response, String body) {
        var status = response.statusCode();
        if (status >= 300 && status < 400) {
            var to = response.headers()
                    .firstValue("location")
                    .map(Urls::withoutSecrets)
                    .orElse("an unknown address");
            throw new CloudStackError(
                    ErrorKind.NOT_CLOUDSTACK,
                    call.command(),
                    status,
                    "the endpoint redirects to " + to + "; signed calls do not follow redirects",
                    null);
        }
        try {
            return Envelope.open(call.command(), status, body, credentials);
        } catch (CloudStackError error) {
            throw error.kind() == ErrorKind.CREDENTIALS ? explained(call, error, response) : error;
        }
    }

    /**
     * The server has one text for all causes. Only a clock difference can be detected, and only behind a proxy: the packaged server sends no
     * {@code Date} ({@code ServerDaemon}, {@code setSendDateHeader(false)}).
     */
    private CloudStackError explained(Call call, CloudStackError error, HttpResponse<InputStream> response) {
        var skew = serverTime(response).map(there -> Duration.between(there, clock.instant()));
        if (skew.isPresent() && skew.get().abs().compareTo(TOLERANCE) > 0) {
            var minutes = skew.get().abs().toMinutes();
            return new CloudStackError(
                    ErrorKind.CLOCK_SKEW,
                    call.command(),
                    error.code(),
                    "this host's clock is %d minutes %s the server's, so the server rejects the signature's expiry"
                            .formatted(minutes, skew.get().isNegative() ? "behind" : "ahead of"),
                    null);
        }
        return new CloudStackError(
                ErrorKind.CREDENTIALS,
                call.command(),
                error.code(),
                "%s. The server does not say which: this host's clock is wrong (it shows %s), calls from this host's address are not allowed (api.allowed.source.cidr.list), the API key is unknown, disabled, expired or belongs to a disabled user, the secret key does not match, or there is no command %s"
                        .formatted(error.message(), clock.instant().truncatedTo(ChronoUnit.SECONDS), call.command()),
                null);
    }

    private static Optional<Instant> serverTime(HttpResponse<InputStream> response) {
        return response.headers().firstValue("date").flatMap(text -> {
            try {
                return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant());
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }
}
