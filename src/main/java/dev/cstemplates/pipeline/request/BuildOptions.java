package dev.cstemplates.pipeline.request;

import com.fasterxml.jackson.annotation.JsonCreator;
import org.jspecify.annotations.Nullable;

/**
 * How far to build, and which layers of earlier builds not to reuse.
 *
 * @param until last phase to run; null for all
 * @param from first phase that runs even if its layer exists; null for none
 * @param refresh whether package updates are installed again
 * @param noCache whether all phases run even if their layers exist
 */
public record BuildOptions(@Nullable String until, @Nullable String from, boolean refresh, boolean noCache) {

    public static final BuildOptions DEFAULT = new BuildOptions(null, null, false, false);

    /** Requests of former versions have no {@code noCache}. */
    @JsonCreator
    static BuildOptions of(
            @Nullable String until, @Nullable String from, @Nullable Boolean refresh, @Nullable Boolean noCache) {
        return new BuildOptions(until, from, Boolean.TRUE.equals(refresh), Boolean.TRUE.equals(noCache));
    }

    /** The same for a phase that this build has run already: it is not run again only because it was requested. */
    public BuildOptions withoutForcing() {
        return new BuildOptions(until, null, false, false);
    }
}
