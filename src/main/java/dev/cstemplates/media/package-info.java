/**
 * Installer media: finds the newest one in the vendor's signed checksum file, downloads, verifies and caches it, and extracts files
 * from an ISO. Its input is a {@link dev.cstemplates.media.MediaSource}; it does not depend on definitions.
 */
@NullMarked
package dev.cstemplates.media;

import org.jspecify.annotations.NullMarked;
