package dev.cstemplates.validation.boot;

import dev.cstemplates.core.Failure;
import dev.cstemplates.validation.BootValidation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the boot check's own process says at its end: an outcome, or why there is none. */
public record BootAnswer(
        BootValidation.@Nullable Outcome outcome, @Nullable Problem problem) {

    /** A {@link Failure} on its way between processes. */
    public record Problem(Failure.Kind kind, String message, String remedy, boolean isTransient) {}

    static BootAnswer of(BootValidation.Outcome outcome) {
        return new BootAnswer(outcome, null);
    }

    static BootAnswer of(RuntimeException e) {
        return new BootAnswer(
                null,
                e instanceof Failure failure
                        ? new Problem(failure.kind(), failure.message(), failure.remedy(), failure.isTransient())
                        : new Problem(Failure.Kind.BUILD, "The boot check broke: " + e, "", false));
    }

    public BootValidation.Outcome outcomeOrFailure() {
        if (problem == null) {
            return Objects.requireNonNull(outcome, "an answer has an outcome or a problem");
        }
        var failure = switch (problem.kind) {
            case HOST -> Failure.host(problem.message, problem.remedy);
            case USAGE -> Failure.usage(problem.message, problem.remedy);
            case BUILD, REMOTE, CANCELLED -> Failure.build(problem.message, problem.remedy);
        };
        throw problem.isTransient ? failure.worthRetrying() : failure;
    }
}
