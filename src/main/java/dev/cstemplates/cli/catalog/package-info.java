/** Commands about definitions and media. */
@NullMarked
package dev.cstemplates.cli.catalog;

import org.jspecify.annotations.NullMarked;
