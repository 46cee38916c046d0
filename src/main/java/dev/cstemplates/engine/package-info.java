/**
 * The engine: how builds are queued, who runs them (this process, or workers on many hosts), what they may use of their host, and the
 * database that keeps all of it.
 *
 * <p>Knows {@code host}. Does not know what a build does: it hands a request, which it can't read, to a {@link Work}.
 */
@NullMarked
package dev.cstemplates.engine;

import org.jspecify.annotations.NullMarked;
