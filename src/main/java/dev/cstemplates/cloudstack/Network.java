/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

/** A guest network. */
public record Network(String id, String name) {

    static Network of(JsonFields fields) {
        return new Network(fields.text("id"), fields.text("name"));
    }
}
