/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.report;

import dev.cstemplates.core.CheckResult;
import java.util.List;

/**
 * Results that belong together.
 *
 * @param name for example {@code Boot 1 (BIOS)}
 * @param results in the order of the checks
 */
public record CheckGroup(String name, List<CheckResult> results) {

    public CheckGroup {
        results = List.copyOf(results);
    }
}
