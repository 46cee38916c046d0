/** OVA, OVF, VMDK, tar: readers, writers, checks. */
@NullMarked
package dev.cstemplates.disk.ova;

import org.jspecify.annotations.NullMarked;
