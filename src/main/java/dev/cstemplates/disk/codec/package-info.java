/** Compression of clusters: deflate and Zstandard. */
@NullMarked
package dev.cstemplates.disk.codec;

import org.jspecify.annotations.NullMarked;
