/**
 * Packer: renders self-contained projects, runs them, reads Packer's machine-readable output and asserts the result.
 *
 * <p>Depends on {@code host}, but neither on CloudStack nor on definitions: its input is a {@link dev.cstemplates.packer.PackerProject}.
 */
@NullMarked
package dev.cstemplates.packer;

import org.jspecify.annotations.NullMarked;
