/**
 * The build queue, workers (in this process, or on many hosts), admission by resources, and the database.
 *
 * <p>It may depend on {@code host} and {@code core}. It does not know what a build does: it passes the build's request, which it cannot
 * read, to a {@link BuildExecutor}.
 */
@NullMarked
package dev.cstemplates.engine;

import org.jspecify.annotations.NullMarked;
