/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.boot;

import dev.cstemplates.core.Failure;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The output of the boot check's process: a result, or why there is none. */
record BootAnswer(@Nullable BootResult result, @Nullable BootFailure failure) {

    /** A {@link Failure} that crosses a process boundary. */
    record BootFailure(Failure.Kind kind, String message, String remedy, boolean isTransient) {}

    static BootAnswer of(BootResult result) {
        return new BootAnswer(result, null);
    }

    static BootAnswer of(RuntimeException e) {
        return new BootAnswer(
                null,
                e instanceof Failure failure
                        ? new BootFailure(failure.kind(), failure.message(), failure.remedy(), failure.isTransient())
                        : new BootFailure(Failure.Kind.BUILD, "Internal error in the boot check: " + e, "", false));
    }

    BootResult resultOrThrow() {
        if (failure == null) {
            return Objects.requireNonNull(result, "an answer has a result or a failure");
        }
        var thrown = switch (failure.kind) {
            case HOST -> Failure.host(failure.message, failure.remedy);
            case USAGE -> Failure.usage(failure.message, failure.remedy);
            case BUILD, REMOTE, CANCELLED -> Failure.build(failure.message, failure.remedy);
        };
        throw failure.isTransient ? thrown.worthRetrying() : thrown;
    }
}
