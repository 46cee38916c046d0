package dev.cstemplates.validation.boot;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.validation.report.Attachment;
import dev.cstemplates.validation.report.CheckGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the results, facts and attachments of the boots. */
final class CheckCollector {

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<Attachment> attachments = new ArrayList<>();

    /** A check that may throw. */
    interface Probe {
        /** Checks; an exception is a failed check. */
        Verdict examine() throws IOException;
    }

    /** Whether a check passed, and what was found. */
    record Verdict(boolean passed, String detail) {}

    /** The results of one boot. Ids begin with {@code prefix}. */
    static final class Group {

        private final String prefix;
        private final String name;
        private final List<CheckResult> results = new ArrayList<>();

        private Group(String prefix, String name) {
            this.prefix = prefix;
            this.name = name;
        }

        boolean that(String id, String title, boolean passed, String detail) {
            add(id, title, passed ? Status.PASSED : Status.FAILED, detail);
            return passed;
        }

        boolean examine(String id, String title, Probe probe) {
            try {
                var verdict = probe.examine();
                return that(id, title, verdict.passed, verdict.detail);
            } catch (IOException e) {
                return that(id, title, false, "Cannot check: " + e.getMessage());
            } catch (Failure e) {
                // An error of this host does not fail the template.
                if (e.kind() == Failure.Kind.CANCELLED || e.kind() == Failure.Kind.HOST) {
                    throw e;
                }
                return that(id, title, false, e.message());
            }
        }

        void skip(String id, String title, String why) {
            add(id, title, Status.SKIPPED, why);
        }

        void add(String id, String title, Status status, String detail) {
            results.add(new CheckResult(prefix + "." + id, title, status, detail));
        }
    }

    /** The group with this prefix, created at the first call. */
    Group group(String prefix, String name) {
        return groups.computeIfAbsent(prefix, key -> new Group(key, name));
    }

    void fact(String name, String value) {
        facts.put(name, value);
    }

    /** Attaches a file to the report, if it exists. */
    void attach(String name, String mediaType, Path file) {
        if (Files.isRegularFile(file)) {
            attachments.add(new Attachment(name, mediaType, file));
        }
    }

    BootResult result() {
        return new BootResult(
                groups.values().stream()
                        .filter(group -> !group.results.isEmpty())
                        .map(group -> new CheckGroup(group.name, group.results))
                        .toList(),
                facts,
                attachments);
    }
}
