/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.boot;

import dev.cstemplates.validation.router.Fault;
import java.util.Set;

/**
 * The input of the boot check's process.
 *
 * @param faults of the router; none except in tests
 * @param firstBootOnly leaves out the second and third boot
 */
record BootPlan(BootRequest request, Set<Fault> faults, boolean firstBootOnly) {}
