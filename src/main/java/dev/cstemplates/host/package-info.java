/** This machine: its facts, the programs that it runs ({@code process}), and whether it can build templates ({@code doctor}). */
@NullMarked
package dev.cstemplates.host;

import org.jspecify.annotations.NullMarked;
