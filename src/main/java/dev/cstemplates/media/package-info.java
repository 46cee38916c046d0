/**
 * Installer media: finds the newest one in the vendor's signed checksum file, downloads, verifies and keeps it, and reads files
 * out of an ISO.
 *
 * <p>Knows {@code host}. Does not know what a definition is, nor what a medium is for: its input is a
 * {@link dev.cstemplates.media.MediaSource}.
 */
@NullMarked
package dev.cstemplates.media;

import org.jspecify.annotations.NullMarked;
