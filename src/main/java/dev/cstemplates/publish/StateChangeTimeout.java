/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import java.time.Instant;
import java.util.List;

/** Detects that a template's states in all zones have not changed for longer than the polling policy allows. */
final class StateChangeTimeout {

    private final PollingPolicy polling;
    private List<String> last = List.of();
    private Instant since;

    StateChangeTimeout(PollingPolicy polling) {
        this.polling = polling;
        this.since = polling.clock().instant();
    }

    /** Starts again: nothing could be seen for a while. */
    void restart() {
        since = polling.clock().instant();
    }

    boolean isExceededBy(List<String> states) {
        var now = polling.clock().instant();
        if (!states.equals(last)) {
            last = states;
            since = now;
            return false;
        }
        return !since.plus(polling.stall()).isAfter(now);
    }
}
