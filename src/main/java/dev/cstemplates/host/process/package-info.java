/** Runs programs: commands, their output and their end, also of those that a killed process left behind. */
@NullMarked
package dev.cstemplates.host.process;

import org.jspecify.annotations.NullMarked;
