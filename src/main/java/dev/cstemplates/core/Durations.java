package dev.cstemplates.core;

import java.time.Duration;
import java.util.regex.Pattern;

/** Parses and formats durations for the user. */
public final class Durations {

    private static final Pattern FORM = Pattern.compile("(\\d{1,6})([smhd])");

    private Durations() {}

    /**
     * Parses {@code 90s}, {@code 20m}, {@code 12h} or {@code 30d}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Duration parse(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "Invalid duration '" + text + "': write a number and a unit, such as 90s, 20m, 12h or 30d");
        }
        var amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** The two largest units, without those that are zero: {@code 45 s}, {@code 2 min 5 s}, {@code 12 h}, {@code 3 d 4 h}. */
    public static String format(Duration duration) {
        if (duration.toDays() > 0) {
            return format(duration.toDays(), "d", duration.toHoursPart(), "h");
        }
        if (duration.toHours() > 0) {
            return format(duration.toHours(), "h", duration.toMinutesPart(), "min");
        }
        return duration.toMinutes() > 0
                ? format(duration.toMinutes(), "min", duration.toSecondsPart(), "s")
                : duration.toSeconds() + " s";
    }

    private static String format(long large, String largeUnit, int small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }
}
