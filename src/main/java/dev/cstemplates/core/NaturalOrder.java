package dev.cstemplates.core;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.Comparator;

/** Compares digits as numbers: {@code almalinux-8} comes before {@code almalinux-10}. */
public final class NaturalOrder implements Comparator<String>, Serializable {

    private static final long serialVersionUID = 1L;
    private static final String BETWEEN_DIGITS_AND_OTHERS = "(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)";

    @Override
    public int compare(String left, String right) {
        var lefts = left.split(BETWEEN_DIGITS_AND_OTHERS, -1);
        var rights = right.split(BETWEEN_DIGITS_AND_OTHERS, -1);
        for (var i = 0; i < Math.min(lefts.length, rights.length); i++) {
            var order = compareParts(lefts[i], rights[i]);
            if (order != 0) {
                return order;
            }
        }
        return lefts.length == rights.length ? left.compareTo(right) : lefts.length - rights.length;
    }

    private static int compareParts(String left, String right) {
        var bothNumbers = left.matches("\\d+") && right.matches("\\d+");
        return bothNumbers ? new BigInteger(left).compareTo(new BigInteger(right)) : left.compareTo(right);
    }
}
