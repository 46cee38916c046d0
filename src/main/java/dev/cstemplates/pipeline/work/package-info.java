/** Directories for half-done work below {@code --home}: opened, marked, locked, swept. */
@NullMarked
package dev.cstemplates.pipeline.work;

import org.jspecify.annotations.NullMarked;
