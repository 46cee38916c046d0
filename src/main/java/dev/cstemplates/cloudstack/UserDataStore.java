package dev.cstemplates.cloudstack;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** User-data that is registered under a name, to be linked to templates. */
public final class UserDataStore {

    private final CloudStackClient client;

    UserDataStore(CloudStackClient client) {
        this.client = client;
    }

    /** Registered user-data, without its text. */
    public record Entry(String id, String name) {

        static Entry of(JsonFields fields) {
            return new Entry(fields.text("id"), fields.text("name"));
        }
    }

    public List<Entry> list() {
        return client.list(Call.of("listUserData"), "userdata").stream()
                .map(JsonFields::new)
                .map(Entry::of)
                .toList();
    }

    /** Registers a text under a new name. */
    public Entry register(String name, String text) {
        // The server decodes this value once more than others: a plus would become a space.
        var base64 = Base64.getEncoder()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8))
                .replace("+", "%2B");
        var answer = client.call(Call.of("registerUserData").with("name", name).with("userdata", base64));
        return Entry.of(new JsonFields(answer).object("userdata"));
    }
}
