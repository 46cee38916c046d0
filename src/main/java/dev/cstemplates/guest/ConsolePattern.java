package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import java.util.regex.Pattern;

/**
 * Words on a guest's serial console that tell what went wrong in it. All that are known stand in {@link ConsolePatterns}.
 *
 * @param id stays the same between versions, for example {@code kernel-panic}
 * @param speaker which guests say so
 * @param weight what it means for the guest
 * @param words found in one line
 * @param cause what happened, as a sentence without its full stop
 * @param remedy what to do about it
 */
public record ConsolePattern(String id, Speaker speaker, Weight weight, Pattern words, String cause, String remedy) {

    /** Whose words they are. */
    public enum Speaker {
        /** Firmware, boot loader, kernel, systemd: any guest's. */
        ANY,
        /** An installer's; a guest that is no installer may print the same about something harmless. */
        INSTALLER
    }

    /** What a sign means. */
    public enum Weight {
        /** Something broke, but the guest may go on: no healthy template shows it, no phase ends for it alone. */
        FAULT,
        /** The guest won't get any further, and the next try would end the same way. */
        END,
        /** The guest won't get any further, because a server that it needs did not do its part. */
        REMOTE_END
    }

    /** Whether the guest is lost. */
    public boolean isEnd() {
        return weight != Weight.FAULT;
    }

    /** The failure of a phase whose guest has shown this sign; {@code evidence} is what it printed last. */
    Failure failure(String line, String evidence, String whereToLook) {
        var message = cause + ": " + line + (evidence.isEmpty() ? "" : "\nIts console ends with:\n" + evidence);
        var next = (remedy + " " + whereToLook).strip();
        return weight == Weight.REMOTE_END ? Failure.remote(message, next, true) : Failure.build(message, next);
    }
}
