/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

/** A zone; {@code isEnabled} when instances may be deployed in it. */
public record Zone(String id, String name, boolean isEnabled) {

    static Zone of(JsonFields fields) {
        return new Zone(
                fields.text("id"),
                fields.text("name"),
                !fields.text("allocationstate").equals("Disabled"));
    }
}
