package dev.cstemplates.cloudstack;

import dev.cstemplates.core.Failure;

/** The keys that calls are signed with. Never printed: neither key is in {@link #toString()}. */
public record Credentials(String apiKey, String secretKey) {

    public Credentials {
        if (apiKey.isBlank() || secretKey.isBlank()) {
            throw Failure.usage(
                    "The CloudStack credentials have no " + (apiKey.isBlank() ? "API key" : "secret key"),
                    "Generate both keys on the user's page in CloudStack.");
        }
        apiKey = apiKey.strip();
        secretKey = secretKey.strip();
    }

    /** {@code text} with both keys masked, in case a server repeats them. */
    String masked(String text) {
        return text.replace(secretKey, "********").replace(apiKey, "********");
    }

    @Override
    public String toString() {
        return "Credentials[********]";
    }
}
