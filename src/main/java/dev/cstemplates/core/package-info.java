/** What everything else builds on: failures, sizes, digests, versions, locks, files, and the words for machines. Depends on nothing. */
@NullMarked
package dev.cstemplates.core;

import org.jspecify.annotations.NullMarked;
