/**
 * The machine: its processes, files, tools, accelerator and what it lacks, and the words that every other room uses for
 * machines (architecture, firmware, hypervisor) and for failing ({@link dev.cstemplates.host.Failure}).
 *
 * <p>Knows no other room.
 */
@NullMarked
package dev.cstemplates.host;

import org.jspecify.annotations.NullMarked;
