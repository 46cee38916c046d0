/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import java.util.regex.Pattern;

/**
 * A message on a guest's serial console that reveals an error. {@link ConsolePatterns} lists them.
 *
 * @param id stable between versions, for example {@code kernel-panic}
 * @param source which guests print it
 * @param severity what it means for the guest
 * @param regex matches within one line
 * @param cause what happened, a sentence without its full stop
 * @param remedy what to do about it; may be empty
 */
public record ConsolePattern(String id, Source source, Severity severity, Pattern regex, String cause, String remedy) {

    /** Who prints it. */
    public enum Source {
        /** Firmware, boot loader, kernel, systemd: any guest. */
        ANY,
        /** An installer; another guest may print the same about something harmless. */
        INSTALLER
    }

    /** What it means for the guest. */
    public enum Severity {
        /** An error that the guest may survive: a finished template must not print it, but it does not end a phase. */
        ERROR,
        /** The guest cannot continue, and another attempt would fail the same way. */
        FATAL,
        /** The guest cannot continue because a server that it needs failed. */
        REMOTE_FATAL,
        /** The guest waits for an answer: another pattern may match what it asks or reports. */
        QUESTION
    }

    /** Whether the guest cannot continue. */
    public boolean isFatal() {
        return severity != Severity.ERROR;
    }

    /** The failure of a phase whose guest printed {@code line}; {@code evidence} is the end of its console. */
    Failure failure(String line, String evidence, String whereToLook) {
        var message = cause + ": " + line + (evidence.isEmpty() ? "" : "\nIts console ends with:\n" + evidence);
        var next = (remedy + " " + whereToLook).strip();
        return severity == Severity.REMOTE_FATAL ? Failure.remote(message, next, true) : Failure.build(message, next);
    }
}
