/** Writes one disk in several formats in one pass, and verifies what was written. */
@NullMarked
package dev.cstemplates.disk.export;

import org.jspecify.annotations.NullMarked;
