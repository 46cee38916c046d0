/** Reading and writing disks whatever their format: bounded files, sparse files, bytes. */
@NullMarked
package dev.cstemplates.disk.io;

import org.jspecify.annotations.NullMarked;
