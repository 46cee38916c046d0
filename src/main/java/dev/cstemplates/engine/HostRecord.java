package dev.cstemplates.engine;

import java.time.Instant;
import java.util.List;

/**
 * A host that builds or has built.
 *
 * @param routes what its worker takes
 * @param budget what builds may use of it
 * @param state {@code working}, {@code draining} or {@code gone}
 */
public record HostRecord(String name, List<String> routes, ResourceRequirements budget, String state, Instant seenAt) {}
