/**
 * The command line: one class per command, terminal progress, exit codes, and the composition root.
 *
 * <p>It uses the other packages and contains no logic of theirs.
 */
@NullMarked
package dev.cstemplates.cli;

import org.jspecify.annotations.NullMarked;
