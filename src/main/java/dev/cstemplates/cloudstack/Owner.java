/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import org.jspecify.annotations.Nullable;

/**
 * Who owns the templates that calls are about, if not the caller. Another account requires the keys of a root administrator, or of a
 * domain administrator above it; the latter can register for its users but not change their templates.
 *
 * @param account null for the caller's
 * @param domain of the account: an id, or a path as {@code ROOT/acme}; null for the caller's
 * @param project id; excludes the others
 */
public record Owner(
        @Nullable String account,
        @Nullable String domain,
        @Nullable String project) {

    /** The caller itself. */
    public static final Owner CALLER = new Owner(null, null, null);

    /** @throws IllegalArgumentException if the parts exclude each other */
    public Owner {
        if (project != null && (account != null || domain != null)) {
            throw new IllegalArgumentException("An owner is an account or a project, not both");
        }
        if (domain != null && account == null) {
            throw new IllegalArgumentException("A domain alone owns nothing: name the account as well");
        }
    }

    Call addTo(Call call) {
        return call.withOptional("account", account)
                .withOptional("domainid", domain)
                .withOptional("projectid", project);
    }
}
