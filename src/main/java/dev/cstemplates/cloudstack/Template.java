package dev.cstemplates.cloudstack;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A template in one zone; a template has one entry per zone, all with the same id.
 *
 * @param zone the zone's id; empty in the responses of changing calls, which have few fields
 * @param status the server's status text; empty for callers that are neither owner nor administrator
 * @param checksum without the algorithm's prefix; empty for uploads
 * @param size virtual size in bytes; 0 until the template is ready
 * @param state whether its disk is ready
 */
public record Template(
        String id,
        String name,
        String displayText,
        String zone,
        String zoneName,
        String hypervisor,
        String format,
        String account,
        String architecture,
        boolean isPublic,
        boolean isFeatured,
        boolean isExtractable,
        boolean isPasswordEnabled,
        boolean isSshKeyEnabled,
        String status,
        String checksum,
        long size,
        @Nullable Instant created,
        @Nullable String userData,
        SortedMap<String, String> details,
        Map<String, String> tags,
        TemplateState state) {

    static Template of(JsonFields fields) {
        return new Template(
                fields.text("id"),
                fields.text("name"),
                fields.text("displaytext"),
                fields.text("zoneid"),
                fields.text("zonename"),
                fields.text("hypervisor"),
                fields.text("format"),
                fields.text("account"),
                fields.text("arch"),
                fields.flag("ispublic"),
                fields.flag("isfeatured"),
                fields.flag("isextractable"),
                fields.flag("passwordenabled"),
                fields.flag("sshkeyenabled"),
                fields.text("status"),
                fields.text("checksum"),
                fields.number("size"),
                fields.time("created"),
                fields.optional("userdataid"),
                fields.map("details"),
                fields.tags(),
                TemplateState.of(fields));
    }
}
