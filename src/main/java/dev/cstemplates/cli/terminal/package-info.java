/** Output, options and errors that all commands share. */
@NullMarked
package dev.cstemplates.cli.terminal;

import org.jspecify.annotations.NullMarked;
