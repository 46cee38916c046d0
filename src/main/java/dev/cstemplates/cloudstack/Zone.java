/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

/**
 * A zone.
 *
 * @param isEnabled whether instances may be deployed in it
 * @param isEdge whether it has no secondary storage by design: only templates that hosts download directly work there (4.18, {@code
 *     DataCenter.Type})
 */
public record Zone(String id, String name, boolean isEnabled, boolean isEdge) {

    static Zone of(JsonFields fields) {
        return new Zone(
                fields.text("id"),
                fields.text("name"),
                !fields.text("allocationstate").equals("Disabled"),
                fields.text("type").equalsIgnoreCase("Edge"));
    }
}
