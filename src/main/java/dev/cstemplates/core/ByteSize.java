package dev.cstemplates.core;

import java.math.BigInteger;
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

    /** An exbibyte: sums of several sizes still fit into a long. */
    private static final long MAX_PARSED = 1L << 60;

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("A size is not negative, was: " + bytes);
        }
    }

    public static ByteSize ofMiB(long mebibytes) {
        return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
    }

    public static ByteSize ofGiB(long gibibytes) {
        return new ByteSize(Math.multiplyExact(gibibytes, 1L << 30));
    }

    /**
     * Parses {@code 512MiB} or {@code 4GiB}.
     *
     * @throws Failure of kind usage for any other text, and for more than 1 EiB
     */
    public static ByteSize parse(String text) {
        var matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw Failure.usage("Invalid size '" + text + "'", "Use a whole number and B, KiB, MiB, GiB or TiB: 4GiB.");
        }
        var unit = List.of(UNITS).indexOf(matcher.group(2));
        var bytes = BigInteger.valueOf(Long.parseLong(matcher.group(1))).shiftLeft(10 * unit);
        if (bytes.compareTo(BigInteger.valueOf(MAX_PARSED)) > 0) {
            throw Failure.usage("The size '" + text + "' is too large", "Use a size up to 1048576TiB.");
        }
        return new ByteSize(bytes.longValueExact());
    }

    public ByteSize plus(ByteSize more) {
        return new ByteSize(Math.addExact(bytes, more.bytes));
    }

    /** Whole mebibytes, rounded down. */
    public long toMiB() {
        return bytes >> 20;
    }

    /** For people: at most one decimal, for example {@code 1.9 GiB}. */
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
