/**
 * Disk formats: reading files that may be hostile, checking them by CloudStack's and XenServer's rules, and writing a disk in any number
 * of formats in one reading of it. Readers and writers share no code, so that one can be held against the other.
 *
 * <p>Knows {@code host}. Does not know who asks.
 */
@NullMarked
package dev.cstemplates.disk;

import org.jspecify.annotations.NullMarked;
