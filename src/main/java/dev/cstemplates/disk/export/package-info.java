/** Writes a disk in several formats in one pass, and verifies the written files. */
@NullMarked
package dev.cstemplates.disk.export;

import org.jspecify.annotations.NullMarked;
