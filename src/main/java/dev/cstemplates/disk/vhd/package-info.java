/** VHD and VHDX: reading, writing, checking. */
@NullMarked
package dev.cstemplates.disk.vhd;

import org.jspecify.annotations.NullMarked;
