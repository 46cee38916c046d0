/**
 * Definitions: what can be built, as data. Loads, extends, checks and resolves the YAML files of {@code templates/}.
 *
 * <p>Knows {@code host}. Does not know how anything is built.
 */
@NullMarked
package dev.cstemplates.catalog;

import org.jspecify.annotations.NullMarked;
