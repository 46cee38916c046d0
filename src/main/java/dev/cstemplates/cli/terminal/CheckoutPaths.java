/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.terminal;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces paths of the snapshot that the launcher runs, {@code target/launch/<number>/}, by those of the checkout: a user who reads about
 * an invalid definition has to edit the file in the checkout.
 */
public final class CheckoutPaths {

    private final String checkout;
    private final Pattern snapshot;

    /** @param checkout its folder; empty if no launcher started this process */
    public CheckoutPaths(String checkout) {
        this.checkout = checkout;
        this.snapshot = Pattern.compile(
                Pattern.quote(checkout + "/target/launch/") + "\\d+(?=/(templates|scripts|configs)\\b)");
    }

    /** Those of this process, from the launcher's system property {@code cst.checkout}. */
    public static CheckoutPaths ofThisProcess() {
        return new CheckoutPaths(System.getProperty("cst.checkout", ""));
    }

    public String replaceIn(String text) {
        return checkout.isEmpty() ? text : snapshot.matcher(text).replaceAll(Matcher.quoteReplacement(checkout));
    }

    /** A writer on {@code stream} that replaces the paths in everything printed. */
    public PrintWriter over(PrintStream stream) {
        return new PrintWriter(new Replacing(new PrintWriter(stream, true, stream.charset())), true);
    }

    private final class Replacing extends FilterWriter {

        Replacing(Writer out) {
            super(out);
        }

        @Override
        public void write(String text, int offset, int length) throws IOException {
            var replaced = replaceIn(text.substring(offset, offset + length));
            super.write(replaced, 0, replaced.length());
        }
    }
}
