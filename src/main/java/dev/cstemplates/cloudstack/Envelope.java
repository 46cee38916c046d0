/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.core.PlainText;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Parses responses: an object with a single key of any name, whose value is the result or an error. */
final class Envelope {

    private static final Pattern RETRY = Pattern.compile("retry after \\[(\\d{1,9})]\\s*ms", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST = 2000;

    private Envelope() {}

    /**
     * Returns the result in a response, with the caller's keys masked wherever the server repeats them.
     *
     * @throws CloudStackError if the response contains an error or cannot be parsed
     */
    static JsonNode open(String command, int status, String body, Credentials credentials) {
        if (body.isBlank()) {
            throw new CloudStackError(
                    ErrorKind.NO_ANSWER,
                    command,
                    status,
                    "the response is empty; the management server's log has the cause",
                    null);
        }
        var content = masked(content(command, status, body), credentials);
        var code = content.path("errorcode").asInt(0);
        if (code != 0 || status >= 400) {
            throw error(
                    command,
                    code != 0 ? code : status,
                    content.path("errortext").asString("no reason given"));
        }
        return content;
    }

    /**
     * Masks texts after parsing: masked before, a key's JSON escapes would hide it, and the user whose API key this is could not be found.
     * That field stays.
     */
    private static JsonNode masked(JsonNode node, Credentials credentials) {
        switch (node) {
            case ObjectNode object -> {
                for (var property : object.properties()) {
                    if (!property.getKey().equals("apikey")) {
                        property.setValue(masked(property.getValue(), credentials));
                    }
                }
            }
            case ArrayNode array -> {
                for (var i = 0; i < array.size(); i++) {
                    array.set(i, masked(array.get(i), credentials));
                }
            }
            case StringNode text -> {
                return StringNode.valueOf(credentials.masked(text.stringValue()));
            }
            default -> {
                // Numbers and truth values hold no keys.
            }
        }
        return node;
    }

    private static JsonNode content(String command, int status, String body) {
        try {
            var node = JsonMapper.shared().readTree(body);
            if (node.isObject() && node.size() == 1) {
                return node.iterator().next();
            }
        } catch (JacksonException e) {
            throw unreadable(command, status, body).because(e);
        }
        throw unreadable(command, status, body);
    }

    /** Behind a proxy's error page the management server may have executed the call; other pages are not from CloudStack. */
    private static CloudStackError unreadable(String command, int status, String body) {
        if (status >= 500 || body.stripLeading().startsWith("{")) {
            return new CloudStackError(
                    ErrorKind.NO_ANSWER,
                    command,
                    status,
                    "the response cannot be parsed; a proxy may have truncated it",
                    null);
        }
        return new CloudStackError(
                ErrorKind.NOT_CLOUDSTACK,
                command,
                status,
                "the endpoint is not a CloudStack API: its response is not JSON",
                null);
    }

    /** An error by its code, in a response or in a job's result. */
    static CloudStackError error(String command, int code, String text) {
        return new CloudStackError(
                kind(code, text.toLowerCase(Locale.ROOT)),
                command,
                code,
                PlainText.shortened(text, LONGEST),
                requestedPause(code, text));
    }

    private static ErrorKind kind(int code, String text) {
        return switch (code) {
            case 401 -> ErrorKind.CREDENTIALS;
            case 429 -> ErrorKind.RATE_LIMIT;
            case 432 -> ErrorKind.NOT_AVAILABLE;
            case 430, 431 -> parameterError(text);
            case 503, 534 -> ErrorKind.UNAVAILABLE;
            case 502, 504 -> ErrorKind.NO_ANSWER;
            case 531 -> ErrorKind.FORBIDDEN;
            case 532, 535 -> ErrorKind.LIMIT;
            case 533 -> ErrorKind.CAPACITY;
            case 536 -> ErrorKind.IN_USE;
            case 530 -> insideJob(text);
            default -> ErrorKind.SERVER;
        };
    }

    /** One code for many errors: only the text distinguishes them, and its capitalisation changes between releases. */
    private static ErrorKind parameterError(String text) {
        if (text.contains("entity does not exist") || text.contains("unable to find")) {
            return ErrorKind.NOT_FOUND;
        }
        return text.contains("using it") ? ErrorKind.IN_USE : ErrorKind.INVALID;
    }

    /** In a job's result a missing permission is 530, not 531. */
    private static ErrorKind insideJob(String text) {
        return text.contains("does not have permission") || text.contains("can modify only their own")
                ? ErrorKind.FORBIDDEN
                : ErrorKind.SERVER;
    }

    private static @Nullable Duration requestedPause(int code, String text) {
        var request = RETRY.matcher(text);
        return code == 429 && request.find() ? Duration.ofMillis(Long.parseLong(request.group(1)) + 50) : null;
    }
}
