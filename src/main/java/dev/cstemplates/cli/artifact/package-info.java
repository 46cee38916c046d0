/** Commands about artifacts, layers and disks. */
@NullMarked
package dev.cstemplates.cli.artifact;

import org.jspecify.annotations.NullMarked;
