package dev.cstemplates.cloudstack;

import dev.cstemplates.core.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call that did not do what was asked. {@link #toFailure()} says it to people. */
public final class CloudStackError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What went wrong, by what a caller can do about it. */
    public enum Kind {
        /** The call never reached the server. */
        UNREACHABLE(true, "Look at the network, at the profile's endpoint and whether the management server is up."),
        /** The server's certificate is not trusted. */
        UNTRUSTED(false, "Name the authority's PEM file as 'authority' in the profile, and look at this host's clock."),
        /** The call may have been done or not: its answer was lost, empty or cut. */
        NO_ANSWER(true, "Run again: what was done already is found and carried on."),
        /** Something answered that is no CloudStack API. */
        NOT_CLOUDSTACK(false, "The endpoint usually ends in /client/api."),
        /** 401: key, signature or time is wrong, or the command unknown. */
        CREDENTIALS(false, "Look at the profile's keys; 'cst profile test NAME' tries them."),
        /** 401, and the clocks of both sides differ by too much. */
        CLOCK_SKEW(false, "Set the clock: timedatectl set-ntp true."),
        /** The role may not make this call, or this server does not know it. */
        NOT_AVAILABLE(false, "'cst profile test NAME' lists what the role lacks; an administrator changes roles."),
        /** This server does not know a parameter and would have ignored it. */
        UNKNOWN_PARAMETER(false, "It needs a newer CloudStack; specs/cloudstack.md says which."),
        /** 431: the server does not take a parameter. */
        INVALID(false, ""),
        /** Something that the call names is not there (any more). */
        NOT_FOUND(false, ""),
        /** 531: the account may not touch this object. */
        FORBIDDEN(false, "Use the account that owns it, or an administrator's."),
        /** 429: too many calls. */
        RATE_LIMIT(true, "Wait a little, or have api.throttling.max raised."),
        /** 532, 535: the account's limit is reached. */
        LIMIT(false, "Delete what is not needed ('cst prune'), or have the account's limit raised."),
        /** 533: no host or storage has room. */
        CAPACITY(true, "Free capacity in the zone, or choose a smaller offering."),
        /** 503, 534: the server is about to stop, or a part of it is down. */
        UNAVAILABLE(true, "Wait until the management server is back."),
        /** Something that uses the object is in the way. */
        IN_USE(false, ""),
        /** A job did not end in time; it may still do. */
        JOB_TIMEOUT(true, "Look at the job in CloudStack's event list, then run again."),
        /** 530 and whatever else the server says. */
        SERVER(false, "The management server's log has more: look for the command there.");

        private final boolean mayPass;
        private final String remedy;

        Kind(boolean mayPass, String remedy) {
            this.mayPass = mayPass;
            this.remedy = remedy;
        }
    }

    private final Kind kind;
    private final String command;
    private final int code;
    private final @Nullable Duration wait;

    /**
     * An error of {@code command}.
     *
     * @param code CloudStack's error code, else the HTTP status, else 0
     * @param wait how long the server asks to wait; null when it does not say
     */
    CloudStackError(Kind kind, String command, int code, String message, @Nullable Duration wait) {
        super(message);
        this.kind = kind;
        this.command = command;
        this.code = code;
        this.wait = wait;
    }

    CloudStackError(Kind kind, String command, String message) {
        this(kind, command, 0, message, null);
    }

    CloudStackError because(Throwable cause) {
        initCause(cause);
        return this;
    }

    public Kind kind() {
        return kind;
    }

    public String command() {
        return command;
    }

    /** CloudStack's error code, else the HTTP status, else 0. */
    public int code() {
        return code;
    }

    @Nullable
    Duration pauseAskedFor() {
        return wait;
    }

    /** The server's own words where it said some; no secrets. */
    public String message() {
        return String.valueOf(getMessage());
    }

    /** Whether the same may work later. */
    public boolean mayPass() {
        return kind.mayPass;
    }

    /** This error as the program's other errors are. */
    public Failure toFailure() {
        var said = "CloudStack, " + command + ": " + message() + (code == 0 ? "" : " (" + code + ")");
        var failure = kind == Kind.UNKNOWN_PARAMETER
                ? Failure.usage(said, kind.remedy)
                : Failure.remote(said, kind.remedy, kind.mayPass);
        return failure.because(this);
    }
}
