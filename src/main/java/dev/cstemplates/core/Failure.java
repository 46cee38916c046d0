/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error that the user can act on: what happened and why, and what to do next.
 *
 * <p>Classified where it is thrown: the {@link Kind} decides the exit code, {@link #isTransient()} whether a retry may help.
 */
public final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Who or what failed, with the exit code of the process. */
    public enum Kind {
        /** The build or a check failed. */
        BUILD(1),
        /** Wrong usage or a wrong definition. */
        USAGE(2),
        /** This host is missing something: a tool, memory, disk. */
        HOST(3),
        /** A remote server failed: a mirror, CloudStack. */
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

    /** A remote server failed; {@code isTransient} if a retry may help. */
    public static Failure remote(String message, String remedy, boolean isTransient) {
        return new Failure(Kind.REMOTE, isTransient, message, remedy, null);
    }

    public static Failure cancelled(String what) {
        return new Failure(Kind.CANCELLED, false, what + " was cancelled", "", null);
    }

    /** The same failure with its cause. A failure of kind host becomes transient if the cause is a {@link ResourceExhaustion}. */
    public Failure because(Throwable cause) {
        return new Failure(
                kind,
                isTransient || (kind == Kind.HOST && ResourceExhaustion.isCauseOf(cause)),
                message(),
                remedy,
                cause);
    }

    /** The same failure with more details, on separate lines. */
    public Failure adding(String more) {
        return new Failure(kind, isTransient, message() + "\n" + more, remedy, this);
    }

    /** The same failure, marked as transient. */
    public Failure worthRetrying() {
        return new Failure(kind, true, message(), remedy, getCause());
    }

    /** The same failure, no longer transient: it was retried already. */
    public Failure afterRetries() {
        return new Failure(kind, false, message(), remedy, getCause());
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

    /** What to run or change next; empty if nothing is known to help. */
    public String remedy() {
        return remedy;
    }
}
