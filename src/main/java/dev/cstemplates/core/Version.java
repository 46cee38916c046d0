package dev.cstemplates.core;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A version of a program.
 *
 * @param major first number
 * @param minor second number, 0 if missing
 * @param patch third number, 0 if missing
 */
public record Version(int major, int minor, int patch) implements Comparable<Version> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?");

    /** The first thing in {@code text} that looks like a version with at least two numbers. */
    public static Optional<Version> in(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        var numbers = Arrays.asList(matcher.group(1), matcher.group(2), matcher.group(3)).stream()
                .mapToInt(each -> each == null ? 0 : Integer.parseInt(each))
                .toArray();
        return Optional.of(new Version(numbers[0], numbers[1], numbers[2]));
    }

    public boolean isBefore(Version other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(Version other) {
        return Arrays.compare(new int[] {major, minor, patch}, new int[] {other.major, other.minor, other.patch});
    }

    /** Without the third number if it is 0. */
    @Override
    public String toString() {
        return major + "." + minor + (patch == 0 ? "" : "." + patch);
    }
}
