package dev.cstemplates.engine;

import java.time.Instant;

/** What a build made, and on which host it lies. */
public record ArtifactRecord(String reference, String host, String build, String folder, Instant createdAt) {}
