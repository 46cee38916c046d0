/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import dev.cstemplates.disk.input.InputLimits;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a user's file is read.
 *
 * @param disk number of the disk in an OVA, from 1; null for the one that the machine boots from
 * @param fixGpt whether a backup partition table that is not at the end of the disk moves there
 * @param limits for compressed files
 * @param warning receives what the user should know, one sentence or more each
 */
public record InputOptions(@Nullable Integer disk, boolean fixGpt, InputLimits limits, Consumer<String> warning) {

    /** No option; warnings are dropped. */
    public static final InputOptions DEFAULTS = warning(text -> {});

    /** No option. */
    public static InputOptions warning(Consumer<String> warning) {
        return new InputOptions(null, false, InputLimits.DEFAULTS, warning);
    }
}
