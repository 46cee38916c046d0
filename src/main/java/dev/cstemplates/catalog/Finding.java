package dev.cstemplates.catalog;

/**
 * What a check found.
 *
 * @param what what it is about, for example {@code debian-12} or a file with its line
 * @param message what is wrong, or why it could not be checked
 */
public record Finding(Severity severity, String what, String message) {

    /** How bad a finding is. */
    public enum Severity {
        /** The definition can't be built as it is. */
        ERROR,
        /** It can be built, but somebody should know. */
        WARNING,
        /** Something could not be checked here. */
        SKIPPED
    }

    /** What a broken file amounts to. */
    public static Finding of(Problem problem) {
        return error(problem.place(), problem.explanation());
    }

    public static Finding error(String what, String message) {
        return new Finding(Severity.ERROR, what, message);
    }

    public static Finding warning(String what, String message) {
        return new Finding(Severity.WARNING, what, message);
    }

    public static Finding skipped(String what, String message) {
        return new Finding(Severity.SKIPPED, what, message);
    }
}
