package dev.cstemplates.cli.build;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;

/** Chooses how builds are shown: one live line per build on a terminal, else plain lines. */
final class Progress {

    private Progress() {}

    /** @param quiet keeps standard output for the result */
    static BuildProgress open(Clock clock, boolean quiet) {
        if (!quiet && isTerminal()) {
            try {
                return new LiveProgress(clock);
            } catch (IOException e) {
                // The terminal cannot rewrite lines.
            }
        }
        return new PlainProgress(new PrintStream(quiet ? System.err : System.out, true, StandardCharsets.UTF_8), clock);
    }

    static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
