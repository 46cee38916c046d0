/** The subject of a validation and its expected properties. */
@NullMarked
package dev.cstemplates.validation.target;

import org.jspecify.annotations.NullMarked;
