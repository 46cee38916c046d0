/**
 * Definitions: what can be built, as data. Loads, extends and checks the YAML files of {@code templates/}.
 *
 * <p>A definition holds the records of {@code media} and {@code packer.answers}; building templates is the task of other packages.
 */
@NullMarked
package dev.cstemplates.catalog;

import org.jspecify.annotations.NullMarked;
