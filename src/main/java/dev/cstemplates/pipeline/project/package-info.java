/** Turns a definition into a Packer project and the media that it needs. */
@NullMarked
package dev.cstemplates.pipeline.project;

import org.jspecify.annotations.NullMarked;
