/** QCOW2: reader, writer, checks. */
@NullMarked
package dev.cstemplates.disk.qcow2;

import org.jspecify.annotations.NullMarked;
