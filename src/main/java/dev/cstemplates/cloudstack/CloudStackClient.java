package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.core.Retry;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Makes calls by name. Each is retried where that is safe, reported to the listener if it changes something, and checked against the
 * server's list of commands and parameters. Every error is a {@link CloudStackError}. Thread-safe.
 */
public final class CloudStackClient {

    private final HttpTransport transport;
    private final Retry retry;
    private final CallListener listener;
    private final Capabilities capabilities = new Capabilities(this);
    private final Jobs jobs;
    private final HttpClient http;

    public CloudStackClient(
            Connection connection, Credentials credentials, Retry retry, Clock clock, CallListener listener) {
        this.http = Http.client(connection);
        this.transport = new HttpTransport(connection, credentials, http, clock);
        this.retry = retry;
        this.listener = listener;
        this.jobs = new Jobs(this, retry.sleeper(), clock);
    }

    /** The response's content, without its envelope. */
    public JsonNode call(Call call) {
        if (call.isReading()) {
            return retried(call);
        }
        capabilities.require(call);
        listener.begins(call);
        try {
            var result = retried(call);
            listener.ended(call, null);
            return result;
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
        // Without a page size the server returns as many items as its own setting allows: that is the page size to
        // request.
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

    private static List<JsonNode> items(JsonNode result, String array) {
        return result.path(array).valueStream().toList();
    }

    /** Starts the call's job. */
    public Job start(Call call) {
        var answer = new JsonFields(call(call));
        var id = answer.text("jobid");
        if (id.isEmpty()) {
            throw new CloudStackError(ErrorKind.SERVER, call.command(), "the response contains no job id");
        }
        return new Job(id, call.command(), answer.text("id"));
    }

    /** Waits for a job and returns its result, or throws the error that it failed with. */
    public JsonNode await(Job job, Duration limit) {
        return jobs.await(job, limit);
    }

    /** Starts a job and waits for it. */
    public JsonNode run(Call call, Duration limit) {
        return await(start(call), limit);
    }

    /** What this server supports and the caller's role allows. */
    public Capabilities capabilities() {
        return capabilities;
    }

    HttpClient http() {
        return http;
    }

    private JsonNode retried(Call call) {
        for (var failures = 1; ; failures++) {
            try {
                return transport.send(call);
            } catch (CloudStackError error) {
                if (!error.isRetryable(call) || !retry.allows(failures)) {
                    throw error;
                }
                var requested = error.requestedPause();
                var pause = requested == null ? retry.pause(failures) : retry.atMostLongest(requested);
                retry.sleeper().sleep(pause, "The call " + call.command());
            }
        }
    }
}
