/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

/**
 * A guest network.
 *
 * @param type {@code Isolated}, {@code Shared} or {@code L2}
 * @param account its owner's; empty for shared networks
 * @param domain the owner's, by name
 */
public record Network(String id, String name, String type, String account, String domain) {

    static Network of(JsonFields fields) {
        return new Network(
                fields.text("id"),
                fields.text("name"),
                fields.text("type"),
                fields.text("account"),
                fields.text("domain"));
    }
}
