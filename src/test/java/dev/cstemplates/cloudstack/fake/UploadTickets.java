/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** The upload tickets that the management server signs and the secondary storage VM verifies with their shared secret. */
final class UploadTickets {

    private static final DateTimeFormatter EXPIRES =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** The outcome of a ticket's only attempt. */
    enum State {
        UNUSED,
        IN_PROGRESS,
        COMPLETED,
        ERROR
    }

    private static final class Ticket {
        private final Template template;
        private State state = State.UNUSED;

        Ticket(Template template) {
            this.template = template;
        }
    }

    private final String secret = UUID.randomUUID().toString();
    private final Cloud cloud;
    private final Map<String, Ticket> tickets = new LinkedHashMap<>();

    UploadTickets(Cloud cloud) {
        this.cloud = cloud;
    }

    JsonNode issue(Template template, Instant now) {
        tickets.put(template.id, new Ticket(template));
        var url = cloud.uploadUrl + template.id;
        var expires = EXPIRES.format(now.plusSeconds(3600));
        var metadata = Base64.getEncoder()
                .encodeToString("{\"entityUUID\":\"%s\",\"nonce\":\"%s\"}"
                        .formatted(template.id, UUID.randomUUID())
                        .getBytes(StandardCharsets.UTF_8));
        return Json.object()
                .put("id", template.id)
                .put("postURL", url)
                .put("metadata", metadata)
                .put("expires", expires)
                .put("signature", sign(metadata, url, expires));
    }

    boolean isSigned(String signature, String metadata, String url, String expires) {
        return sign(metadata, url, expires).equals(signature);
    }

    private String sign(String metadata, String url, String expires) {
        return Signatures.hmac(secret, metadata + url + expires);
    }

    boolean hasExpired(String expires) {
        return cloud.now().isAfter(Instant.parse(expires));
    }

    Optional<Template> template(String id) {
        return Optional.ofNullable(tickets.get(id)).map(ticket -> ticket.template);
    }

    State state(String id) {
        return Optional.ofNullable(tickets.get(id)).map(ticket -> ticket.state).orElse(State.UNUSED);
    }

    void become(String id, State state) {
        var ticket = tickets.get(id);
        if (ticket != null) {
            ticket.state = state;
        }
    }
}
