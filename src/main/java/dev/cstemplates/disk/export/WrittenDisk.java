/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.export;

/**
 * A file that an export has written.
 *
 * @param length of the file in bytes
 * @param size of the disk in it in bytes; some formats round it up
 * @param sha256 of the file, lower-case hexadecimal
 * @param sha512 of the file, lower-case hexadecimal
 * @param contentDigest digest of the content that a guest sees, see {@code specs/disk-formats.md}
 */
public record WrittenDisk(Output output, long length, long size, String sha256, String sha512, String contentDigest) {}
