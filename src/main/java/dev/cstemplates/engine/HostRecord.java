/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import java.time.Instant;
import java.util.List;

/**
 * A host with a worker, running or gone.
 *
 * @param queues the queues that its worker serves
 * @param budget the resources that builds may use
 * @param state {@code working}, {@code draining} or {@code gone}
 */
public record HostRecord(String name, List<String> queues, ResourceRequirements budget, String state, Instant seenAt) {}
