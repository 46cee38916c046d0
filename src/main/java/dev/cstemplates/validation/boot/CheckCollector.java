package dev.cstemplates.validation.boot;

import dev.cstemplates.core.Failure;
import dev.cstemplates.validation.Attachment;
import dev.cstemplates.validation.BootValidation;
import dev.cstemplates.validation.Check;
import dev.cstemplates.validation.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what a boot check finds. */
final class CheckCollector {

    private final List<Check> checks = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<Attachment> attachments = new ArrayList<>();

    /** Something to look at that may go wrong on the way there. */
    interface Probe {
        /** Looks; what it throws is a failed check. */
        Finding look() throws IOException;
    }

    /** Good or bad, and what was seen. */
    record Finding(boolean good, String detail) {}

    /** The findings of one boot. Ids begin with {@code prefix}. */
    final class Group {

        private final String prefix;
        private final String title;

        private Group(String prefix, String title) {
            this.prefix = prefix;
            this.title = title;
        }

        boolean that(String id, String what, boolean good, String detail) {
            add(id, what, good ? Status.PASS : Status.FAIL, detail);
            return good;
        }

        boolean look(String id, String what, Probe probe) {
            try {
                var finding = probe.look();
                return that(id, what, finding.good, finding.detail);
            } catch (IOException e) {
                return that(id, what, false, "It could not be looked at: " + e.getMessage());
            } catch (Failure e) {
                // What this host lacks is no finding about the template.
                if (e.kind() == Failure.Kind.CANCELLED || e.kind() == Failure.Kind.HOST) {
                    throw e;
                }
                return that(id, what, false, e.message());
            }
        }

        void skip(String id, String what, String why) {
            add(id, what, Status.SKIP, why);
        }

        void add(String id, String what, Status status, String detail) {
            checks.add(new Check(prefix + "." + id, what, title, status, detail));
        }
    }

    Group group(String prefix, String title) {
        return new Group(prefix, title);
    }

    void fact(String name, String value) {
        facts.put(name, value);
    }

    /** Adds a file to the report, if it is there. */
    void attach(String name, String mediaType, Path file) {
        if (Files.isRegularFile(file)) {
            attachments.add(new Attachment(name, mediaType, file));
        }
    }

    BootValidation.Outcome outcome() {
        return new BootValidation.Outcome(checks, facts, attachments);
    }
}
