/**
 * The versioned store of what builds produced: manifest, digests, verification.
 *
 * <p>Knows {@code host}. Does not know how an artifact was built.
 */
@NullMarked
package dev.cstemplates.artifact;

import org.jspecify.annotations.NullMarked;
