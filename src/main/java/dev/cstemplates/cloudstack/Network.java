package dev.cstemplates.cloudstack;

/** A guest network. */
public record Network(String id, String name) {

    static Network of(JsonFields fields) {
        return new Network(fields.text("id"), fields.text("name"));
    }
}
