/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import dev.cstemplates.core.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A failed call. {@link #toFailure()} turns it into a message for the user. */
public final class CloudStackError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The cause, by what a caller can do about it. */
    public enum ErrorKind {
        /** The call never reached the server. */
        UNREACHABLE(true, "Check the network, the profile's endpoint, and that the management server is running."),
        /** The server's certificate is not trusted. */
        UNTRUSTED(false, "Set 'authority' in the profile to the CA's PEM file, and check this host's clock."),
        /** The response was lost, empty or truncated: the call may have been executed or not. */
        NO_ANSWER(true, "Run the command again: it finds what was done and continues."),
        /** The endpoint is not a CloudStack API. */
        NOT_CLOUDSTACK(false, "The endpoint usually ends in /client/api."),
        /** 401: invalid key, signature, time or source address, or an unknown command. */
        CREDENTIALS(
                false,
                "Compare 'date -u' with the management server's, then check the profile's keys with 'cst profile test"
                        + " NAME' and ask an administrator for the allowed addresses."),
        /** 401, and the two clocks differ too much. */
        CLOCK_SKEW(false, "Synchronise this host's clock: timedatectl set-ntp true."),
        /** The role does not allow this call, or the server does not support it. */
        NOT_AVAILABLE(
                false,
                "Run 'cst profile test NAME' to list the missing permissions; an administrator can change the role."),
        /** This server does not support a parameter and would have ignored it. */
        UNKNOWN_PARAMETER(false, "Use a newer CloudStack; specs/cloudstack.md lists the required versions."),
        /** 431: the server rejects a parameter. */
        INVALID(false, ""),
        /** An object that the call names does not exist (any more). */
        NOT_FOUND(false, ""),
        /** 531: the account may not touch this object. */
        FORBIDDEN(false, "Use the owner's account or an administrator's."),
        /** 429: too many calls. */
        RATE_LIMIT(true, "Try again later, or ask an administrator to raise api.throttling.max."),
        /** 532, 535: the account's limit is reached. */
        LIMIT(
                false,
                "Delete old versions with 'cst publications prune', or ask an administrator to raise the account's"
                        + " limit."),
        /** 533: no host or storage has enough capacity. */
        CAPACITY(true, "Free capacity in the zone, or choose a smaller offering."),
        /** 503, 534: the server is shutting down, or one of its components is down. */
        UNAVAILABLE(true, "Try again when the management server is available."),
        /** The object is in use. */
        IN_USE(false, ""),
        /** A job did not finish in time; it may still finish. */
        JOB_TIMEOUT(true, "Check the job in CloudStack's event list, then run the command again."),
        /** 530 and all other errors. */
        SERVER(false, "Look for the command in the management server's log.");

        private final boolean isTransient;
        private final String remedy;

        ErrorKind(boolean isTransient, String remedy) {
            this.isTransient = isTransient;
            this.remedy = remedy;
        }
    }

    private final ErrorKind kind;
    private final String command;
    private final int code;
    private final @Nullable Duration requestedPause;

    /**
     * An error of {@code command}.
     *
     * @param code CloudStack's error code, else the HTTP status, else 0
     * @param requestedPause how long the server asks to wait; null if it does not say
     */
    CloudStackError(ErrorKind kind, String command, int code, String message, @Nullable Duration requestedPause) {
        super(message);
        this.kind = kind;
        this.command = command;
        this.code = code;
        this.requestedPause = requestedPause;
    }

    CloudStackError(ErrorKind kind, String command, String message) {
        this(kind, command, 0, message, null);
    }

    CloudStackError because(Throwable cause) {
        initCause(cause);
        return this;
    }

    public ErrorKind kind() {
        return kind;
    }

    public String command() {
        return command;
    }

    /** CloudStack's error code, else the HTTP status, else 0. */
    public int code() {
        return code;
    }

    /** How long the server asks to wait; null if it does not say. */
    @Nullable
    Duration requestedPause() {
        return requestedPause;
    }

    /**
     * Whether {@code call} may be repeated after this error. A call that changes something is repeated only if it certainly had no effect:
     * it did not reach the server, or was refused (429, 503). After a lost response the caller has to check what became of it.
     */
    boolean isRetryable(Call call) {
        return switch (kind) {
            case UNREACHABLE, RATE_LIMIT, UNAVAILABLE -> true;
            case NO_ANSWER -> call.isIdempotent();
            case UNTRUSTED,
                    NOT_CLOUDSTACK,
                    CREDENTIALS,
                    CLOCK_SKEW,
                    NOT_AVAILABLE,
                    UNKNOWN_PARAMETER,
                    INVALID,
                    NOT_FOUND,
                    FORBIDDEN,
                    LIMIT,
                    CAPACITY,
                    IN_USE,
                    JOB_TIMEOUT,
                    SERVER -> false;
        };
    }

    /** The server's text if there is any; never null, without secrets. */
    public String message() {
        return String.valueOf(getMessage());
    }

    /** This error with the remedy for the user. */
    public Failure toFailure() {
        var text = "CloudStack, " + command + ": " + message() + (code == 0 ? "" : " (" + code + ")");
        var failure = kind == ErrorKind.UNKNOWN_PARAMETER
                ? Failure.usage(text, kind.remedy)
                : Failure.remote(text, kind.remedy, kind.isTransient);
        return failure.because(this);
    }
}
