package dev.cstemplates.cli.terminal;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names files of the checkout instead of those of the snapshot that the launcher runs, {@code target/launch/<number>/}: a user who reads of
 * an invalid definition has to edit the former.
 */
public final class CheckoutPaths extends FilterWriter {

    private final Pattern snapshot;
    private final String checkout;

    private CheckoutPaths(Writer out, String checkout) {
        super(out);
        this.snapshot = Pattern.compile(
                Pattern.quote(checkout + "/target/launch/") + "\\d+(?=/(templates|scripts|configs)\\b)");
        this.checkout = checkout;
    }

    /**
     * A writer on {@code stream}.
     *
     * @param checkout the system property {@code cst.checkout}; empty where no launcher started this process
     */
    public static PrintWriter over(PrintStream stream, String checkout) {
        var plain = new PrintWriter(stream, true, stream.charset());
        return checkout.isEmpty() ? plain : new PrintWriter(new CheckoutPaths(plain, checkout), true);
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        var replaced = snapshot.matcher(text.substring(offset, offset + length))
                .replaceAll(Matcher.quoteReplacement(checkout));
        super.write(replaced, 0, replaced.length());
    }
}
