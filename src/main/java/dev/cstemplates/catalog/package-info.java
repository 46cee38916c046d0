/**
 * Definitions: what can be built, as data. Loads, extends and checks the YAML files of {@code templates/}.
 *
 * <p>A definition holds the records of {@code media} and {@code packer.answers}; how anything is built is not known here.
 */
@NullMarked
package dev.cstemplates.catalog;

import org.jspecify.annotations.NullMarked;
