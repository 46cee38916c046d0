/**
 * The versioned store of artifacts: manifest, digests, verification.
 *
 * <p>Knows {@code host}. Does not know how an artifact was built.
 */
@NullMarked
package dev.cstemplates.artifact;

import org.jspecify.annotations.NullMarked;
