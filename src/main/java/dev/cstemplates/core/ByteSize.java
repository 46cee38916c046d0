package dev.cstemplates.core;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A number of bytes, read and written with binary units ({@code 4GiB}).
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB|TiB)");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("A size must not be negative, was: " + bytes);
        }
    }

    public static ByteSize ofMiB(long mebibytes) {
        return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
    }

    public static ByteSize ofGiB(long gibibytes) {
        return new ByteSize(Math.multiplyExact(gibibytes, 1L << 30));
    }

    /**
     * Parses {@code 512MiB}, {@code 4GiB}, ….
     *
     * @throws Failure of kind usage for anything else
     */
    public static ByteSize parse(String text) {
        var matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw Failure.usage(
                    "Invalid size '" + text + "'", "Write a whole number with B, KiB, MiB, GiB or TiB: 4GiB.");
        }
        var number = Long.parseLong(matcher.group(1));
        var shift = 10 * List.of(UNITS).indexOf(matcher.group(2));
        if (number > Long.MAX_VALUE >> shift) {
            throw Failure.usage("The size '" + text + "' is too large", "The maximum is 8388607TiB.");
        }
        return new ByteSize(number << shift);
    }

    public ByteSize plus(ByteSize more) {
        return new ByteSize(Math.addExact(bytes, more.bytes));
    }

    /** Whole mebibytes, rounded down. */
    public long toMiB() {
        return bytes >> 20;
    }

    /** With at most one decimal, for example {@code 1.9 GiB}. */
    @Override
    public String toString() {
        var value = (double) bytes;
        var unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return (unit == 0 || value == Math.rint(value))
                ? String.format(Locale.ROOT, "%.0f %s", value, UNITS[unit])
                : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }
}
