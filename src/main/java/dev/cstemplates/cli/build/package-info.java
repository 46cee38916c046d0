/** Commands that build and that show builds. */
@NullMarked
package dev.cstemplates.cli.build;

import org.jspecify.annotations.NullMarked;
