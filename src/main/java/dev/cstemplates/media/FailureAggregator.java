/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.util.List;
import java.util.stream.Collectors;

/** Combines the failures of several mirrors or key locations. */
final class FailureAggregator {

    private FailureAggregator() {}

    /** Rethrows failures that another mirror cannot solve: a full disk, a wrong definition, a cancellation. */
    static void requireAnother(Failure failure) {
        switch (failure.kind()) {
            case REMOTE, BUILD -> {}
            case HOST, USAGE, CANCELLED -> throw failure;
        }
    }

    /**
     * One failure that lists all: transient if any of them is; otherwise of kind build if any mirror delivered untrusted content;
     * otherwise of kind remote. A single failure is returned as it is.
     */
    static Failure of(String what, List<Failure> each, String remedy) {
        if (each.size() == 1 && !each.getFirst().remedy().isEmpty()) {
            return each.getFirst();
        }
        var message = what + ":\n" + each.stream().map(Failure::message).collect(Collectors.joining("\n"));
        if (each.stream().anyMatch(Failure::isTransient)) {
            return Failure.remote(message, remedy, true);
        }
        return each.stream().anyMatch(failure -> failure.kind() == Failure.Kind.BUILD)
                ? Failure.build(message, remedy)
                : Failure.remote(message, remedy, false);
    }
}
