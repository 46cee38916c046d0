/**
 * The command line: one class a command, terminal progress, exit codes, and the composition root.
 *
 * <p>Knows what can be asked of the other rooms, not how it is done.
 */
@NullMarked
package dev.cstemplates.cli;

import org.jspecify.annotations.NullMarked;
