package dev.cstemplates.cloudstack;

/**
 * A compute offering.
 *
 * @param memory in MiB; 0 for one whose size the user chooses
 */
public record Offering(String id, String name, long cpus, long memory, boolean isCustomized) {

    static Offering of(JsonFields fields) {
        return new Offering(
                fields.text("id"),
                fields.text("name"),
                fields.number("cpunumber"),
                fields.number("memory"),
                fields.flag("iscustomized"));
    }
}
