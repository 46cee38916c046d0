package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.core.Sleeper;
import java.time.Clock;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Waits for jobs with growing intervals, and tolerates a server that is unreachable for a while. */
final class Jobs {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private static final int PENDING = 0;
    private static final int DONE = 1;

    private final CloudStackClient client;
    private final Sleeper sleeper;
    private final Clock clock;

    Jobs(CloudStackClient client, Sleeper sleeper, Clock clock) {
        this.client = client;
        this.sleeper = sleeper;
        this.clock = clock;
    }

    JsonNode await(Job job, Duration limit) {
        var deadline = clock.instant().plus(limit);
        var pause = FIRST_PAUSE;
        while (true) {
            var answer = ask(job, clock.instant().isBefore(deadline));
            // Only the job's status counts: a failed job is answered with HTTP 200.
            switch (answer.path("jobstatus").asInt(PENDING)) {
                case DONE -> {
                    return answer.path("jobresult");
                }
                case PENDING -> {
                    if (!clock.instant().isBefore(deadline)) {
                        throw new CloudStackError(
                                ErrorKind.JOB_TIMEOUT,
                                job.command(),
                                "its job %s did not finish within %d s".formatted(job.id(), limit.toSeconds()));
                    }
                }
                default -> throw failed(job, answer);
            }
            sleeper.sleep(pause, "Waiting for " + job.command());
            pause = longer(pause);
        }
    }

    /** The job's state; "pending" while the server is unreachable and there is time left. */
    private JsonNode ask(Job job, boolean isTimeLeft) {
        try {
            return client.call(Call.of("queryAsyncJobResult").with("jobid", job.id()));
        } catch (CloudStackError error) {
            var isTransient = switch (error.kind()) {
                case UNREACHABLE, NO_ANSWER, RATE_LIMIT, UNAVAILABLE -> true;
                default -> false;
            };
            if (isTransient && isTimeLeft) {
                return MissingNode.getInstance();
            }
            throw error;
        }
    }

    private static CloudStackError failed(Job job, JsonNode answer) {
        var result = answer.path("jobresult");
        var code = result.path("errorcode").asInt(answer.path("jobresultcode").asInt(530));
        return Envelope.error(
                job.command(), code, result.path("errortext").asString("its job failed without giving a reason"));
    }

    private static Duration longer(Duration pause) {
        var next = pause.multipliedBy(3).dividedBy(2);
        return next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    }
}
