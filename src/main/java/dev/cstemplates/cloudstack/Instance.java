package dev.cstemplates.cloudstack;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine.
 *
 * @param state for example {@code Running}, {@code Stopped}, {@code Error}, {@code Destroyed}
 * @param address of its first NIC; empty while it has none
 * @param password that CloudStack set, returned only once, by the job that set it; else null. Not in {@link #toString()}.
 */
public record Instance(
        String id,
        String name,
        String state,
        String zone,
        String template,
        String address,
        @Nullable Instant created,
        Map<String, String> tags,
        @Nullable String password) {

    static Instance of(JsonFields fields) {
        var addresses = fields.list("nic", each -> each.text("ipaddress"));
        return new Instance(
                fields.text("id"),
                fields.text("name"),
                fields.text("state"),
                fields.text("zoneid"),
                fields.text("templateid"),
                addresses.isEmpty() ? fields.text("ipaddress") : addresses.getFirst(),
                fields.time("created"),
                fields.tags(),
                fields.optional("password"));
    }

    @Override
    public String toString() {
        return "Instance[id=%s, name=%s, state=%s, address=%s]".formatted(id, name, state, address);
    }
}
