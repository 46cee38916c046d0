/** Clusters of a disk and their compression: deflate and Zstandard. */
@NullMarked
package dev.cstemplates.disk.codec;

import org.jspecify.annotations.NullMarked;
