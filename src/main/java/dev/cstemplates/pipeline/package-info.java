/**
 * A build: its phases, their order, layer keys, resume, cancel and events.
 *
 * <p>Knows every room that does a phase's work. Knows neither operating-system families (they are data) nor CloudStack.
 */
@NullMarked
package dev.cstemplates.pipeline;

import org.jspecify.annotations.NullMarked;
