/** Raw disks: reading with holes, writing sparse files. */
@NullMarked
package dev.cstemplates.disk.raw;

import org.jspecify.annotations.NullMarked;
