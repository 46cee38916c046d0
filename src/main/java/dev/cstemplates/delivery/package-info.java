/**
 * How the files of artifacts are offered by URL: by a server of our own, in a folder that a web server shows, in an object store, or
 * where they already are.
 *
 * <p>Knows {@code host}.
 */
@NullMarked
package dev.cstemplates.delivery;

import org.jspecify.annotations.NullMarked;
