/**
 * Disk formats: reading, checking and comparing QCOW2, VHD, VMDK, OVA and raw disks; writing QCOW2.
 *
 * <p>Knows {@code host}. Does not know who asks.
 */
@NullMarked
package dev.cstemplates.disk;

import org.jspecify.annotations.NullMarked;
