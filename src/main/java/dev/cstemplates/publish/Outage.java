/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStackError;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets a publication wait while the API does not answer: downloads go on meanwhile, and may come from this process. */
final class Outage {

    private final PollingPolicy polling;
    private final Consumer<String> notice;
    private @Nullable Instant since;

    Outage(PollingPolicy polling, Consumer<String> notice) {
        this.polling = polling;
        this.notice = notice;
    }

    /** Returns if the error may go away by itself; throws it otherwise, and when it has lasted as long as the polling policy allows. */
    void tolerate(CloudStackError error) {
        var now = polling.clock().instant();
        var isTransient = switch (error.kind()) {
            case UNREACHABLE, NO_ANSWER, RATE_LIMIT, UNAVAILABLE -> true;
            default -> false;
        };
        if (!isTransient || (since != null && !since.plus(polling.stall()).isAfter(now))) {
            throw error;
        }
        if (since == null) {
            since = now;
            notice.accept("CloudStack does not answer (%s); waiting up to %d min. Files are still served"
                    .formatted(error.message(), polling.stall().toMinutes()));
        }
    }

    /** Whether there was an outage, which is over. */
    boolean end() {
        if (since == null) {
            return false;
        }
        since = null;
        notice.accept("CloudStack answers again");
        return true;
    }
}
