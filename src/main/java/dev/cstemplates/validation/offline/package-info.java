/** Checks of a disk that is not booted: the scripts of {@code scripts/validation/offline}, run by libguestfs. */
@NullMarked
package dev.cstemplates.validation.offline;

import org.jspecify.annotations.NullMarked;
