/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** A guest-OS type of the server. */
record OsType(String id, String name, String category) {

    /** All types of a 4.22 installation. */
    static List<OsType> all() {
        return Recording.read("listOsTypes-all")
                .document()
                .get("ostype")
                .valueStream()
                .map(type -> new OsType(
                        type.get("id").asString(),
                        type.get("description").asString(),
                        type.get("oscategoryname").asString()))
                .toList();
    }

    ObjectNode json() {
        return Json.object()
                .put("id", id)
                .put(
                        "oscategoryid",
                        UUID.nameUUIDFromBytes(category.getBytes(StandardCharsets.UTF_8))
                                .toString())
                .put("oscategoryname", category)
                .put("name", name)
                .put("description", name)
                .put("isuserdefined", false)
                .put("fordisplay", true);
    }
}
