/**
 * Guest disks and running guests: libguestfs for offline work, QEMU and QMP for booting.
 *
 * <p>Does not use the CloudStack API.
 */
@NullMarked
package dev.cstemplates.guest;

import org.jspecify.annotations.NullMarked;
