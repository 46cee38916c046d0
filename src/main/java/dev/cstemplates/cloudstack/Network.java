package dev.cstemplates.cloudstack;

/**
 * A guest network.
 *
 * @param type {@code Shared}, {@code Isolated} or {@code L2}
 */
public record Network(String id, String name, String type, String zone, String cidr) {

    static Network of(JsonFields fields) {
        return new Network(
                fields.text("id"),
                fields.text("name"),
                fields.text("type"),
                fields.text("zoneid"),
                fields.text("cidr"));
    }
}
