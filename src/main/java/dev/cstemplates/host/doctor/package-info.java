/** Checks whether this host can build templates, and installs what is missing. */
@NullMarked
package dev.cstemplates.host.doctor;

import org.jspecify.annotations.NullMarked;
