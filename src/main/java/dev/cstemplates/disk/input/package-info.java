/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What users hand in: compressed files, disks in use, and files that are not disks. */
@NullMarked
package dev.cstemplates.disk.input;

import org.jspecify.annotations.NullMarked;
