package dev.cstemplates.core;

import java.util.regex.Pattern;

/** Quotes arguments for a POSIX shell. */
public final class ShellQuoting {

    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellQuoting() {}

    /** An argument, in single quotes unless it is safe without. */
    public static String quote(String word) {
        return SAFE.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
