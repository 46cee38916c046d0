/**
 * Boots a template under the emulated router and looks at what it does. Runs in a Java process of its own, inside its own
 * network, mount and process namespaces: {@link dev.cstemplates.validation.BootValidation} starts it.
 */
@NullMarked
package dev.cstemplates.validation.boot;

import org.jspecify.annotations.NullMarked;
