/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

/**
 * A file in a tar archive.
 *
 * @param name without a leading {@code ./}
 * @param header offset in bytes of the first block that describes it, extended headers included
 * @param offset in bytes of its content
 * @param length of its content in bytes
 * @param isUstar whether one POSIX ustar header, without extensions, describes it
 */
record TarMember(String name, long header, long offset, long length, boolean isUstar) {}
