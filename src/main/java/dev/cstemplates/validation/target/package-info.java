/** What is validated, and what it must be like. */
@NullMarked
package dev.cstemplates.validation.target;

import org.jspecify.annotations.NullMarked;
