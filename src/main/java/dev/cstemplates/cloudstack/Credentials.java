package dev.cstemplates.cloudstack;

import dev.cstemplates.core.Failure;

/** Whom calls are made as. Never printed: neither key is in {@link #toString()}. */
public record Credentials(String apiKey, String secretKey) {

    public Credentials {
        if (apiKey.isBlank() || secretKey.isBlank()) {
            throw Failure.usage(
                    "The CloudStack credentials lack their " + (apiKey.isBlank() ? "API key" : "secret key"),
                    "CloudStack's user page shows and makes both.");
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
