/** Facts about this machine: files, programs, versions and packages. {@code process} runs programs; {@code doctor} checks and fixes this host. */
@NullMarked
package dev.cstemplates.host;

import org.jspecify.annotations.NullMarked;
