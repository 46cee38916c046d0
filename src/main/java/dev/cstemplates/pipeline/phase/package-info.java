/** The phases of a build, one class each. */
@NullMarked
package dev.cstemplates.pipeline.phase;

import org.jspecify.annotations.NullMarked;
