package dev.cstemplates.core;

import java.util.regex.Pattern;

/** Cleans the output of programs and guests for use in messages. */
public final class PlainText {

    /** CSI sequences (colours, cursor movements), OSC strings (window titles), and the short sequences of ECMA-48. */
    private static final Pattern ESCAPES = Pattern.compile(
            "\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|[0-Z\\\\^-~]|[ -/]+[0-~])");

    private PlainText() {}

    /** Without a terminal's escape sequences; other control characters stay. */
    public static String withoutEscapes(String text) {
        return ESCAPES.matcher(text).replaceAll("");
    }

    /** Without escape sequences and control characters; line breaks ({@code \n}) and tabs stay. */
    public static String withoutControls(String text) {
        var plain = new StringBuilder(text.length());
        withoutEscapes(text)
                .chars()
                .filter(each -> each == '\n' || each == '\t' || !Character.isISOControl(each))
                .forEach(each -> plain.append((char) each));
        return plain.toString();
    }

    /** The text if it has at most {@code length} characters, else its beginning with an ellipsis: {@code length} characters. */
    public static String shortened(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        var end = Math.max(0, length - 1);
        // Never cut a surrogate pair in half.
        return text.substring(0, end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
