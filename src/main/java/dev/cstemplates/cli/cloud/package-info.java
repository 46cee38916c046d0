/** Commands about CloudStack. */
@NullMarked
package dev.cstemplates.cli.cloud;

import org.jspecify.annotations.NullMarked;
