/**
 * How builds are queued, which process runs them (this one, or workers on many hosts), what they may use of their host, and the database
 * that stores all of it.
 *
 * <p>It may depend on {@code host} and {@code core}. It does not know what a build does: it hands the build's request, which it cannot
 * read, to a {@link BuildExecutor}.
 */
@NullMarked
package dev.cstemplates.engine;

import org.jspecify.annotations.NullMarked;
