/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import java.util.List;

/** User-data that is registered under a name and can be linked to templates. */
public final class UserDataStore {

    private final CloudStackClient client;

    UserDataStore(CloudStackClient client) {
        this.client = client;
    }

    /** A registered text's id and name. */
    public record RegisteredUserData(String id, String name) {

        static RegisteredUserData of(JsonFields fields) {
            return new RegisteredUserData(fields.text("id"), fields.text("name"));
        }
    }

    public List<RegisteredUserData> list() {
        return client.list(Call.of("listUserData"), "userdata").stream()
                .map(JsonFields::new)
                .map(RegisteredUserData::of)
                .toList();
    }
}
