/**
 * Disk formats: writing, reading and checking QCOW2 and, later, VHD, VHDX and VMDK/OVA.
 *
 * <p>Knows {@code host}. Does not know who asks.
 */
@NullMarked
package dev.cstemplates.disk;

import org.jspecify.annotations.NullMarked;
