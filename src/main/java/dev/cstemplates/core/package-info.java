/**
 * What all other packages build on: failures, sizes, digests, versions, locks, atomic files, retries, and terms such as architecture and hypervisor. Depends on
 * no other package, and on Jackson only.
 */
@NullMarked
package dev.cstemplates.core;

import org.jspecify.annotations.NullMarked;
