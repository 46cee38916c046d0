/**
 * Packer: renders self-contained projects, runs them, reads Packer's machine-readable output and asserts the result.
 *
 * <p>Knows {@code host}. Does not know CloudStack, nor what a definition is: its input is a record of its own.
 */
@NullMarked
package dev.cstemplates.packer;

import org.jspecify.annotations.NullMarked;
