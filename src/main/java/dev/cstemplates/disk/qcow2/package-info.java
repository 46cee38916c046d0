/** QCOW2: reading, writing, checking. */
@NullMarked
package dev.cstemplates.disk.qcow2;

import org.jspecify.annotations.NullMarked;
