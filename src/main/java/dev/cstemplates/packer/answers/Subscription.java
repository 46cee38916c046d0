/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer.answers;

/**
 * Credentials that register the installed system with its vendor. They belong to one build: neither definitions nor layer keys contain them.
 *
 * @param account Red Hat's organization ID, or the e-mail address known to SUSE
 * @param code Red Hat's activation key, or SUSE's registration code
 */
public record Subscription(String account, String code) {

    public Subscription {
        InstallerAnswers.requirePlain(account);
        InstallerAnswers.requirePlain(code);
    }

    /** Without the code, which is secret. */
    @Override
    public String toString() {
        return "Subscription of " + account;
    }
}
