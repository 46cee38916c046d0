/**
 * Disk formats: reading untrusted files, checking them by CloudStack's and XenServer's rules, and writing a disk in several formats in
 * one pass. Readers and writers share no code, so that each can verify the other.
 *
 * <p>{@code io} holds bounded files and disks; {@code codec} clusters and their compression; {@code raw}, {@code qcow2}, {@code vhd} and
 * {@code ova} one format each; this package what selects among formats; {@code export} uses all of them.
 */
@NullMarked
package dev.cstemplates.disk;

import org.jspecify.annotations.NullMarked;
