package dev.cstemplates.cli.build;

import dev.cstemplates.cli.App;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Chooses how builds are shown: a live line each on a terminal, else plain lines. */
final class Progress {

    private Progress() {}

    /** {@code quiet} keeps standard output for the result. */
    static BuildProgress open(App app, boolean quiet) {
        if (!quiet && isTerminal()) {
            try {
                return new LiveProgress(app.clock());
            } catch (IOException e) {
                // Not a terminal that lines can be rewritten on.
            }
        }
        return new PlainProgress(
                new PrintStream(quiet ? System.err : System.out, true, StandardCharsets.UTF_8), app.clock());
    }

    static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
