/** Runs programs, and ends those that a killed process left behind. */
@NullMarked
package dev.cstemplates.host.process;

import org.jspecify.annotations.NullMarked;
