/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.report;

/**
 * A package installed in the guest.
 *
 * @param architecture as the package manager names it, for example {@code amd64} or {@code all}
 * @param size installed size in bytes; 0 if unknown
 */
public record InstalledPackage(String name, String version, String architecture, long size) {}
