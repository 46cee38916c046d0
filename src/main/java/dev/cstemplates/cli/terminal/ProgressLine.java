package dev.cstemplates.cli.terminal;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Consumer;

/** Progress of one thing: a line that is written over on a terminal, else a line for each step and each tenth of it. */
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
        // "writing vhd: 43 %" is one step with "writing vhd: 41 %", and of another tenth than "writing vhd: 39 %".
        var step = isTerminal ? text : text.replaceAll("\\d %$", "0 %");
        if (!step.equals(last)) {
            last = step;
            out.print(isTerminal ? ERASE + text : text + System.lineSeparator());
            out.flush();
        }
    }

    /** Leaves the terminal's line free. */
    public synchronized void end() {
        if (isTerminal && !last.isEmpty()) {
            out.print(ERASE);
            out.flush();
        }
    }
}
