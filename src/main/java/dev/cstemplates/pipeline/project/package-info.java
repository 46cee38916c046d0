/** Creates the Packer projects of a build, and checks the projects of all definitions. */
@NullMarked
package dev.cstemplates.pipeline.project;

import org.jspecify.annotations.NullMarked;
