package dev.cstemplates.core;

import java.util.Collection;

/**
 * The result of one check, whatever was checked: this host, a disk's format, a template, a deployed instance.
 *
 * @param id stable between runs and versions, for example {@code boot1.ssh-key}
 * @param title what was checked, as one short sentence
 * @param detail what was found, and what was expected where that differs; may be empty
 * @param fix what to do about it; empty when the check passed or nothing is known to help
 */
public record CheckResult(String id, String title, Status status, String detail, String fix) {

    /** The outcome of a check. */
    public enum Status {
        PASSED("pass"),
        /** The subject is not fit for use. */
        FAILED("fail"),
        /** Should be reviewed, but the subject is fit for use. */
        WARNING("warn"),
        /** Not checked; the detail says why. */
        SKIPPED("skip");

        private final String id;

        Status(String id) {
            this.id = id;
        }

        /** Its name in reports and in the output of check scripts. */
        public String id() {
            return id;
        }
    }

    public CheckResult(String id, String title, Status status, String detail) {
        this(id, title, status, detail, "");
    }

    /** A result that is either passed or failed. */
    public static CheckResult of(String id, String title, boolean passed, String detail) {
        return new CheckResult(id, title, passed ? Status.PASSED : Status.FAILED, detail);
    }

    /** Whether none of {@code results} failed. */
    public static boolean noneFailed(Collection<CheckResult> results) {
        return results.stream().noneMatch(CheckResult::isFailed);
    }

    public boolean isPassed() {
        return status == Status.PASSED;
    }

    public boolean isFailed() {
        return status == Status.FAILED;
    }

    /** The same result under another id. */
    public CheckResult withId(String other) {
        return new CheckResult(other, title, status, detail, fix);
    }
}
