/**
 * Offers the files of artifacts by URL: with the built-in file server, in a folder that a web server publishes, in an object store, or
 * where they exist already.
 *
 * <p>Knows {@code host}.
 */
@NullMarked
package dev.cstemplates.delivery;

import org.jspecify.annotations.NullMarked;
