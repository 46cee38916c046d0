/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

/** A compute offering. */
public record Offering(String id, String name) {

    static Offering of(JsonFields fields) {
        return new Offering(fields.text("id"), fields.text("name"));
    }
}
