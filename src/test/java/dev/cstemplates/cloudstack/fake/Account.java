/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

/**
 * An account that makes calls.
 *
 * @param number its number in the database, which error messages contain
 */
public record Account(String name, long number, String id, String userId, Role role, String apiKey, String secretKey) {

    /** The root domain; all accounts belong to it. */
    static final String DOMAIN = "ae22ac39-e6a7-11f1-a1d4-02fc00000001";

    boolean isAdmin() {
        return role.type().equals("Admin");
    }

    /** The account as error messages print it. */
    String named() {
        return "Account Account [{\"accountName\":\"%s\",\"id\":%d,\"uuid\":\"%s\"}]".formatted(name, number, id);
    }
}
