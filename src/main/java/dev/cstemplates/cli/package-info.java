/**
 * The command line: one class a command, terminal progress, exit codes, and the composition root.
 *
 * <p>Commands call the other packages and contain no logic of theirs.
 */
@NullMarked
package dev.cstemplates.cli;

import org.jspecify.annotations.NullMarked;
