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
public record Account(
        String name, long number, String id, String userId, Role role, Domain domain, String apiKey, String secretKey) {

    boolean isAdmin() {
        return role.type().equals("Admin");
    }

    boolean isDomainAdmin() {
        return role.type().equals("DomainAdmin");
    }

    /** Whether it may act on what {@code owner} has: as itself, as root admin, or as admin of the owner's domain. */
    boolean mayOperateFor(Account owner) {
        return equals(owner) || isAdmin() || (isDomainAdmin() && owner.domain().isIn(domain));
    }

    /** The account as error messages print it. */
    String named() {
        return "Account Account [{\"accountName\":\"%s\",\"id\":%d,\"uuid\":\"%s\"}]".formatted(name, number, id);
    }
}
