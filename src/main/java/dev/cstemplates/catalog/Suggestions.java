/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Suggests existing names for a misspelled one. */
final class Suggestions {

    private static final int MOST = 3;

    private Suggestions() {}

    /** The known texts closest to {@code word}, best first; empty if none is close. */
    static List<String> to(String word, Collection<String> known) {
        var allowed = Math.max(2, word.length() / 3);
        return known.stream()
                .filter(each -> isNear(word, each, allowed))
                .sorted(Comparator.<String>comparingInt(each -> distance(word, each))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    /** {@code ; did you mean 'x'?}, or nothing. */
    static String question(String word, Collection<String> known) {
        var near = to(word, known);
        return near.isEmpty() ? "" : "; did you mean '" + String.join("' or '", near) + "'?";
    }

    private static boolean isNear(String word, String other, int allowed) {
        return (word.length() > 1 && other.startsWith(word)) || distance(word, other) <= allowed;
    }

    /** Number of insertions, deletions, substitutions and swaps of neighbours between two texts. */
    static int distance(String left, String right) {
        if (Math.abs(left.length() - right.length()) > 20) {
            return Integer.MAX_VALUE;
        }
        var table = new int[left.length() + 1][right.length() + 1];
        for (var i = 0; i <= left.length(); i++) {
            for (var j = 0; j <= right.length(); j++) {
                table[i][j] = i == 0 || j == 0 ? i + j : best(table, left, right, i, j);
            }
        }
        return table[left.length()][right.length()];
    }

    private static int best(int[][] table, String left, String right, int i, int j) {
        var same = left.charAt(i - 1) == right.charAt(j - 1);
        var best = Math.min(table[i - 1][j - 1] + (same ? 0 : 1), Math.min(table[i - 1][j], table[i][j - 1]) + 1);
        var swapped = i > 1
                && j > 1
                && left.charAt(i - 1) == right.charAt(j - 2)
                && left.charAt(i - 2) == right.charAt(j - 1);
        return swapped ? Math.min(best, table[i - 2][j - 2] + 1) : best;
    }
}
