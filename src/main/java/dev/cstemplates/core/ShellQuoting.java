package dev.cstemplates.core;

import java.util.regex.Pattern;

/** Words as a POSIX shell reads them. */
public final class ShellQuoting {

    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellQuoting() {}

    /** One word of a command line: as it is if it is safe, else in single quotes. */
    public static String quote(String word) {
        return SAFE.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
