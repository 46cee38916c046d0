/**
 * Runs a build: order of phases, reuse of layers, retries, resuming, events.
 *
 * <p>It may depend on every package that does a phase's work, but not on CloudStack. Operating-system families are data.
 */
@NullMarked
package dev.cstemplates.pipeline;

import org.jspecify.annotations.NullMarked;
