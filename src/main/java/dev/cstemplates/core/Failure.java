package dev.cstemplates.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error that a person can act on: what happened and why, and what to do next.
 *
 * <p>Sorted at its source: the {@link Kind} decides the exit code, {@link #isTransient()} whether trying again may help.
 */
public final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Who or what failed, with the process exit code that says so. */
    public enum Kind {
        /** The build or a check failed. */
        BUILD(1),
        /** Wrong usage or a wrong definition. */
        USAGE(2),
        /** This host is missing something: a tool, memory, disk. */
        HOST(3),
        /** A remote failed: a mirror, CloudStack. */
        REMOTE(4),
        /** The user cancelled. */
        CANCELLED(130);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;
    private final boolean isTransient;
    private final String remedy;

    private Failure(Kind kind, boolean isTransient, String message, String remedy, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.isTransient = isTransient;
        this.remedy = remedy;
    }

    /** A build or check that failed for good; {@code remedy} is the next step, or empty. */
    public static Failure build(String message, String remedy) {
        return new Failure(Kind.BUILD, false, message, remedy, null);
    }

    /** Wrong usage, or an invalid definition. */
    public static Failure usage(String message, String remedy) {
        return new Failure(Kind.USAGE, false, message, remedy, null);
    }

    /** Something that is missing on this host. */
    public static Failure host(String message, String remedy) {
        return new Failure(Kind.HOST, false, message, remedy, null);
    }

    /** A remote that did not do its part; {@code isTransient} when trying again may help. */
    public static Failure remote(String message, String remedy, boolean isTransient) {
        return new Failure(Kind.REMOTE, isTransient, message, remedy, null);
    }

    public static Failure cancelled(String what) {
        return new Failure(Kind.CANCELLED, false, what + " was cancelled", "", null);
    }

    /** The same failure, with what caused it. A host's failure over a {@link ResourceExhaustion} is worth another try. */
    public Failure because(Throwable cause) {
        return new Failure(
                kind,
                isTransient || (kind == Kind.HOST && ResourceExhaustion.isCauseOf(cause)),
                message(),
                remedy,
                cause);
    }

    /** The same failure, with more said about it, on lines of its own. */
    public Failure adding(String more) {
        return new Failure(kind, isTransient, message() + "\n" + more, remedy, this);
    }

    /** The same failure, said to be worth another try. */
    public Failure worthRetrying() {
        return new Failure(kind, true, message(), remedy, getCause());
    }

    /** The same failure with secrets masked; without its cause if it contained any. */
    public Failure hiding(List<String> secrets) {
        var message = message();
        var next = remedy;
        for (var secret : secrets) {
            message = message.replace(secret, "********");
            next = next.replace(secret, "********");
        }
        return message.equals(message()) && next.equals(remedy)
                ? this
                : new Failure(kind, isTransient, message, next, null);
    }

    public Kind kind() {
        return kind;
    }

    public boolean isTransient() {
        return isTransient;
    }

    /** What happened and why, never null. */
    public String message() {
        return String.valueOf(getMessage());
    }

    /** What to type or change next; empty when there is nothing to say. */
    public String remedy() {
        return remedy;
    }
}
