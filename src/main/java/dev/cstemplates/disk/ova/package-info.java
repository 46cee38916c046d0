/** OVA, OVF, VMDK: reading, writing, checking. */
@NullMarked
package dev.cstemplates.disk.ova;

import org.jspecify.annotations.NullMarked;
