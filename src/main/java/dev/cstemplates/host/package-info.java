/** Facts about this machine: files, programs, versions and packages. Running programs is {@code process}; checking and fixing this host is {@code doctor}. */
@NullMarked
package dev.cstemplates.host;

import org.jspecify.annotations.NullMarked;
