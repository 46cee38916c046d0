/**
 * A build: its phases and their order, reuse of layers, retry, resume, and what happens as events.
 *
 * <p>It may depend on every package that does a phase's work, but not on operating-system families (they are data) nor on CloudStack.
 */
@NullMarked
package dev.cstemplates.pipeline;

import org.jspecify.annotations.NullMarked;
