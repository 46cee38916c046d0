/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.Set;

/**
 * An account's role.
 *
 * @param type Admin, DomainAdmin or User
 * @param forbidden commands that the role does not allow
 */
public record Role(String type, String name, Set<String> forbidden) {

    static final Role ADMIN = new Role("Admin", "Root Admin", Set.of());
    /** Of its own domain and those below. */
    public static final Role DOMAIN_ADMIN =
            new Role("DomainAdmin", "Domain Admin", Set.of("prepareTemplate", "listImageStores", "listHosts"));

    /** CloudStack's default role of users. */
    public static final Role USER =
            new Role("User", "User", Set.of("prepareTemplate", "listImageStores", "listHosts", "listSystemVms"));

    /** May read everything and change nothing. */
    public static final Role READ_ONLY = new Role(
            "User",
            "Read-Only User - Default",
            Set.of(
                    "registerTemplate",
                    "getUploadParamsForTemplate",
                    "updateTemplate",
                    "updateTemplatePermissions",
                    "copyTemplate",
                    "deleteTemplate",
                    "deployVirtualMachine",
                    "startVirtualMachine",
                    "stopVirtualMachine",
                    "rebootVirtualMachine",
                    "destroyVirtualMachine",
                    "expungeVirtualMachine",
                    "resetPasswordForVirtualMachine",
                    "createTags",
                    "deleteTags",
                    "registerSSHKeyPair",
                    "createSSHKeyPair",
                    "deleteSSHKeyPair",
                    "registerUserData",
                    "deleteUserData",
                    "linkUserDataToTemplate",
                    "prepareTemplate",
                    "listImageStores",
                    "listSystemVms",
                    "listHosts"));

    boolean mayCall(String command) {
        return !forbidden.contains(command);
    }
}
