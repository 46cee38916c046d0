/**
 * What all other packages build on: failures, sizes, digests, versions, locks, whole files, retries, and the terms for machines. Depends on
 * no other package, and on Jackson only.
 */
@NullMarked
package dev.cstemplates.core;

import org.jspecify.annotations.NullMarked;
