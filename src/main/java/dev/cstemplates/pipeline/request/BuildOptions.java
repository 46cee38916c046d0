/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.request;

import com.fasterxml.jackson.annotation.JsonCreator;
import org.jspecify.annotations.Nullable;

/**
 * Which phases to run, and which existing layers not to reuse.
 *
 * @param until last phase to run; null for all
 * @param from first phase that runs even if its layer exists; null for none
 * @param refresh whether to install package updates again
 * @param noCache whether to run all phases even if their layers exist
 */
public record BuildOptions(@Nullable String until, @Nullable String from, boolean refresh, boolean noCache) {

    public static final BuildOptions DEFAULT = new BuildOptions(null, null, false, false);

    /** Requests from earlier versions have no {@code noCache}. */
    @JsonCreator
    static BuildOptions of(
            @Nullable String until, @Nullable String from, @Nullable Boolean refresh, @Nullable Boolean noCache) {
        return new BuildOptions(until, from, Boolean.TRUE.equals(refresh), Boolean.TRUE.equals(noCache));
    }

    /** The options for a phase that this build has run already: it is not forced again. */
    public BuildOptions withoutForcing() {
        return new BuildOptions(until, null, false, false);
    }
}
