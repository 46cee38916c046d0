/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

/** A guest-OS type; its id differs from one installation to another. */
public record OsType(String id, String description) {

    static OsType of(JsonFields fields) {
        return new OsType(fields.text("id"), fields.text("description"));
    }
}
