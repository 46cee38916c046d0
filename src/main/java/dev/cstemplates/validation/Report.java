package dev.cstemplates.validation;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a validation found.
 *
 * @param subject what was validated: an artifact or a file
 * @param startedAt when it began
 * @param elapsed how long it took
 * @param checks in the order in which they were made
 * @param facts measured values by name, in the order in which they were found, for example {@code timeToSsh}
 * @param attachments screenshots and logs
 */
public record Report(
        String subject,
        Instant startedAt,
        Duration elapsed,
        List<Check> checks,
        Map<String, String> facts,
        List<Attachment> attachments) {

    public Report {
        checks = List.copyOf(checks);
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        attachments = List.copyOf(attachments);
    }

    /** Whether something was looked at, and nothing failed. */
    public boolean passed() {
        return !checks.isEmpty() && checks.stream().noneMatch(check -> check.status() == Status.FAIL);
    }
}
