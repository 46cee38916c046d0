package dev.cstemplates.publish;

import java.time.Instant;
import java.util.List;

/** Notices when nothing changes any more. */
final class StallDetector {

    private final PollingPolicy patience;
    private List<String> last = List.of();
    private Instant since;

    StallDetector(PollingPolicy patience) {
        this.patience = patience;
        this.since = patience.clock().instant();
    }

    /** Whether {@code now} has been the same for too long. */
    boolean isTooLong(List<String> now) {
        var time = patience.clock().instant();
        if (!now.equals(last)) {
            last = now;
            since = time;
            return false;
        }
        return !since.plus(patience.stall()).isAfter(time);
    }
}
