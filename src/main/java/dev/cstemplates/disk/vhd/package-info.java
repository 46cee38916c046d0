/** VHD: reader, writer, checks. */
@NullMarked
package dev.cstemplates.disk.vhd;

import org.jspecify.annotations.NullMarked;
