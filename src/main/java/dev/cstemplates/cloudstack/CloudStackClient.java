package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.Kind;
import dev.cstemplates.core.Retry;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Calls by name: each repeated where that is safe, told to the listener where it changes something, and held against what the server says
 * that it knows. Every trouble is a {@link CloudStackError}. Safe for use by several threads.
 */
public final class CloudStackClient {

    private final HttpTransport sender;
    private final Retry retry;
    private final CallListener listener;
    private final Capabilities capabilities = new Capabilities(this);
    private final Jobs jobs;
    private final HttpClient http;

    public CloudStackClient(
            Connection connection, Credentials credentials, Retry retry, Clock clock, CallListener listener) {
        this.http = Http.client(connection);
        this.sender = new HttpTransport(connection, credentials, http, clock);
        this.retry = retry;
        this.listener = listener;
        this.jobs = new Jobs(this, retry.sleeper(), clock);
    }

    /** The answer's content, without its envelope. */
    public JsonNode call(Call call) {
        if (call.isReading()) {
            return persist(call);
        }
        capabilities.require(call);
        listener.begins(call);
        try {
            var answer = persist(call);
            listener.ended(call, null);
            return answer;
        } catch (CloudStackError error) {
            listener.ended(call, error);
            throw error;
        }
    }

    /** All of a list, page by page; {@code array} is the name of its items. */
    public List<JsonNode> list(Call call, String array) {
        var first = call(call);
        var items = new ArrayList<>(items(first, array));
        var count = first.path("count").asLong(items.size());
        // Unpaged, the server gives as many as its own setting of a page allows: that is the size to ask for.
        var pageSize = items.size();
        for (var page = 2; pageSize > 0 && (long) (page - 1) * pageSize < count; page++) {
            var more = items(call(call.with("page", page).with("pagesize", pageSize)), array);
            if (more.isEmpty()) {
                break;
            }
            items.addAll(more);
        }
        return items;
    }

    private static List<JsonNode> items(JsonNode answer, String array) {
        return answer.path(array).valueStream().toList();
    }

    /** Starts the call's job. */
    public Job start(Call call) {
        var answer = new JsonFields(call(call));
        var id = answer.text("jobid");
        if (id.isEmpty()) {
            throw new CloudStackError(Kind.SERVER, call.command(), "the answer names no job");
        }
        return new Job(id, call.command(), answer.text("id"));
    }

    /** Waits for a job; its result, or the error that it ended with. */
    public JsonNode await(Job job, Duration limit) {
        return jobs.await(job, limit);
    }

    /** Starts a job and waits for it. */
    public JsonNode run(Call call, Duration limit) {
        return await(start(call), limit);
    }

    /** What this server knows and the role may do. */
    public Capabilities capabilities() {
        return capabilities;
    }

    HttpClient http() {
        return http;
    }

    private JsonNode persist(Call call) {
        for (var failures = 1; ; failures++) {
            try {
                return sender.send(call);
            } catch (CloudStackError error) {
                if (!mayRepeat(call, error.kind()) || !retry.allows(failures)) {
                    throw error;
                }
                var requested = error.pauseAskedFor();
                retry.sleeper()
                        .sleep(
                                requested == null ? retry.pause(failures) : retry.atMostLongest(requested),
                                "The call " + call.command());
            }
        }
    }

    /**
     * A call that only reads is repeated after any error that may pass. One that changes something is repeated only if the server certainly
     * did not do it: it was never reached, or refused to listen (429, 503). After a lost answer the caller has to check.
     */
    private static boolean mayRepeat(Call call, Kind kind) {
        return switch (kind) {
            case UNREACHABLE, RATE_LIMIT, UNAVAILABLE -> true;
            case NO_ANSWER -> call.isIdempotent();
            case UNTRUSTED,
                    NOT_CLOUDSTACK,
                    CREDENTIALS,
                    CLOCK_SKEW,
                    NOT_AVAILABLE,
                    UNKNOWN_PARAMETER,
                    INVALID,
                    NOT_FOUND,
                    FORBIDDEN,
                    LIMIT,
                    CAPACITY,
                    IN_USE,
                    JOB_TIMEOUT,
                    SERVER -> false;
        };
    }
}
