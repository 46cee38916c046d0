/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Digest;

/** The current medium of a source, and the proof of its origin. */
record ResolvedMedium(String fileName, String version, Digest digest, Provenance evidence) {}
