/** Checks whether definitions still match what their vendors publish today. */
@NullMarked
package dev.cstemplates.pipeline.online;

import org.jspecify.annotations.NullMarked;
