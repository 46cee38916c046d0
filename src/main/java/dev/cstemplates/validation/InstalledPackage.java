package dev.cstemplates.validation;

/**
 * A package of the guest.
 *
 * @param architecture as the package tool calls it, for example {@code amd64} or {@code all}
 * @param size installed, in bytes; 0 where the package does not say
 */
public record InstalledPackage(String name, String version, String architecture, long size) {}
