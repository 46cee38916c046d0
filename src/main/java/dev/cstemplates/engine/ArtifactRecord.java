/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import java.time.Instant;

/** An artifact that a build created or found up to date, in a folder of one host. */
public record ArtifactRecord(String reference, String host, String build, String folder, Instant createdAt) {}
