package dev.cstemplates.cloudstack.standin;

import java.util.Set;

/**
 * What an account may call.
 *
 * @param type Admin, DomainAdmin or User
 * @param forbidden commands that are as good as unknown to it
 */
public record Role(String type, String name, Set<String> forbidden) {

    static final Role ADMIN = new Role("Admin", "Root Admin", Set.of());
    static final Role USER = new Role("User", "User", Set.of("prepareTemplate", "listImageStores", "listHosts"));

    /** May look at everything and change nothing. */
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
                    "listHosts"));

    boolean mayCall(String command) {
        return !forbidden.contains(command);
    }
}
