package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.Kind;
import dev.cstemplates.core.PlainText;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Opens answers: one object with one key, whatever its name, that holds the result or an error. */
final class Envelope {

    private static final Pattern RETRY = Pattern.compile("retry after \\[(\\d{1,9})]\\s*ms", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST = 2000;

    private Envelope() {}

    /** The result in an answer of {@code status}; a {@link CloudStackError} where it is an error, or no answer. */
    static JsonNode open(String command, int status, String body) {
        if (body.isBlank()) {
            throw new CloudStackError(
                    Kind.NO_ANSWER,
                    command,
                    status,
                    "the answer is empty, which means that the server came upon an error that it only logged",
                    null);
        }
        var content = content(command, status, body);
        var code = content.path("errorcode").asInt(0);
        if (code != 0 || status >= 400) {
            throw error(
                    command,
                    code != 0 ? code : status,
                    content.path("errortext").asString("no reason given"));
        }
        return content;
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

    /** A proxy's error page may hide a management server that did what it was asked; other pages come from elsewhere. */
    private static CloudStackError unreadable(String command, int status, String body) {
        if (status >= 500 || body.stripLeading().startsWith("{")) {
            return new CloudStackError(
                    Kind.NO_ANSWER, command, status, "the answer can't be read; a proxy may have cut it", null);
        }
        return new CloudStackError(
                Kind.NOT_CLOUDSTACK, command, status, "what answers is no CloudStack API: its answer is no JSON", null);
    }

    /** An error by its code, in an answer or in a job's result. */
    static CloudStackError error(String command, int code, String text) {
        var shown = PlainText.shortened(text, LONGEST);
        return new CloudStackError(kind(code, text.toLowerCase(Locale.ROOT)), command, code, shown, pause(code, text));
    }

    private static Kind kind(int code, String text) {
        return switch (code) {
            case 401 -> Kind.CREDENTIALS;
            case 429 -> Kind.RATE_LIMIT;
            case 432 -> Kind.NOT_AVAILABLE;
            case 430, 431 -> parameterTrouble(text);
            case 503, 534 -> Kind.UNAVAILABLE;
            case 502, 504 -> Kind.NO_ANSWER;
            case 531 -> Kind.FORBIDDEN;
            case 532, 535 -> Kind.LIMIT;
            case 533 -> Kind.CAPACITY;
            case 536 -> Kind.IN_USE;
            case 530 -> insideJob(text);
            default -> Kind.SERVER;
        };
    }

    /** One code for many things: only the words tell them apart, and their capitals change between releases. */
    private static Kind parameterTrouble(String text) {
        if (text.contains("entity does not exist") || text.contains("unable to find")) {
            return Kind.NOT_FOUND;
        }
        return text.contains("are using it") ? Kind.IN_USE : Kind.INVALID;
    }

    /** Inside a job a missing permission is 530, not 531. */
    private static Kind insideJob(String text) {
        return text.contains("does not have permission") || text.contains("can modify only their own")
                ? Kind.FORBIDDEN
                : Kind.SERVER;
    }

    private static @Nullable Duration pause(int code, String text) {
        var said = RETRY.matcher(text);
        return code == 429 && said.find() ? Duration.ofMillis(Long.parseLong(said.group(1)) + 50) : null;
    }
}
