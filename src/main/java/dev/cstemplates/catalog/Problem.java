/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.CheckResult;
import java.util.Comparator;

/**
 * An error in a definition file.
 *
 * @param file relative to the installation, for example {@code templates/debian/12.yaml}
 * @param line from 1
 * @param column from 1
 * @param where path inside the document, for example {@code machine.disk}; empty for the document as a whole
 * @param message what is wrong, what was expected and what was found
 */
public record Problem(String file, int line, int column, String where, String message) implements Comparable<Problem> {

    private static final Comparator<Problem> ORDER = Comparator.comparing(Problem::file)
            .thenComparingInt(Problem::line)
            .thenComparingInt(Problem::column)
            .thenComparing(Problem::where)
            .thenComparing(Problem::message);

    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }

    /** {@code file:line:column}, which editors and terminals turn into a link. */
    public String place() {
        return file + ":" + line + ":" + column;
    }

    public CheckResult result() {
        return new CheckResult("definition", place(), CheckResult.Status.FAILED, explanation());
    }

    /** The message with its path in the document. */
    public String explanation() {
        return where.isEmpty() ? message : where + ": " + message;
    }

    @Override
    public String toString() {
        return place() + ": " + explanation();
    }
}
