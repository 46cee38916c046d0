/**
 * Boots a template under the emulated router and checks the guest. {@link dev.cstemplates.validation.boot.BootValidation} starts a separate
 * Java process for it, in its own network, mount and process namespaces.
 */
@NullMarked
package dev.cstemplates.validation.boot;

import org.jspecify.annotations.NullMarked;
