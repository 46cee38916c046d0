package dev.cstemplates.cloudstack.standin;

/**
 * Who calls.
 *
 * @param number the database's own number, which error texts name
 */
public record Account(String name, long number, String id, String userId, Role role, String apiKey, String secretKey) {

    /** Root domain, which everybody here belongs to. */
    static final String DOMAIN = "ae22ac39-e6a7-11f1-a1d4-02fc00000001";

    boolean isAdmin() {
        return role.type().equals("Admin");
    }

    /** As an error names the account. */
    String named() {
        return "Account Account [{\"accountName\":\"%s\",\"id\":%d,\"uuid\":\"%s\"}]".formatted(name, number, id);
    }
}
