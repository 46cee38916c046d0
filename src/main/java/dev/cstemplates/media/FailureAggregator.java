package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.util.List;
import java.util.stream.Collectors;

/** What several places said, in one failure. */
final class FailureAggregator {

    private FailureAggregator() {}

    /** Throws what another place can't mend: a full disk, a wrong definition, somebody who cancelled. */
    static void requireAnother(Failure failure) {
        switch (failure.kind()) {
            case REMOTE, BUILD -> {}
            case HOST, USAGE, CANCELLED -> throw failure;
        }
    }

    /**
     * The sum of what each place said, in order: worth another try when one of them was; else about content that can't be trusted when
     * one of them delivered such; else about a remote. One alone speaks for itself.
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
