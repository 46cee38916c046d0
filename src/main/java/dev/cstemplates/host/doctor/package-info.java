/** Says what this host is missing for a build, and installs it. */
@NullMarked
package dev.cstemplates.host.doctor;

import org.jspecify.annotations.NullMarked;
