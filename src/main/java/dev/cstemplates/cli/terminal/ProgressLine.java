package dev.cstemplates.cli.terminal;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Progress of one task: one line that is rewritten on a terminal, else one line for each step and each tenth of it.
 *
 * <p>JLine's {@code Display} is not used here: it needs a terminal of its own, which takes longer to open than most of these tasks run, and
 * it draws on standard output, which belongs to the result.
 */
public final class ProgressLine implements Consumer<String> {

    private static final String ERASE = "\r\033[K";

    private final PrintWriter out;
    private final boolean isTerminal =
            Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    private String last = "";

    public ProgressLine(PrintWriter out) {
        this.out = out;
    }

    @Override
    public synchronized void accept(String text) {
        // Without a terminal, "writing vhd: 41 %" and "writing vhd: 43 %" count as one step, 39 % as another.
        var step = isTerminal ? text : text.replaceAll("\\d %$", "0 %");
        if (!step.equals(last)) {
            last = step;
            out.print(isTerminal ? ERASE + text : text + System.lineSeparator());
            out.flush();
        }
    }

    /** Clears the line. */
    public synchronized void end() {
        if (isTerminal && !last.isEmpty()) {
            out.print(ERASE);
            out.flush();
        }
    }
}
