/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import java.time.Instant;
import java.util.List;
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
 * @param userData id of the linked user-data
 * @param userDataPolicy empty without user-data
 * @param url that it was registered with; empty for uploads, and for callers that are neither owner nor administrator
 * @param stores names of the image stores in this zone that it is on or on its way to
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
        String domain,
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
        String userDataPolicy,
        String url,
        List<String> stores,
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
                fields.text("domain"),
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
                fields.text("userdatapolicy"),
                fields.text("url"),
                fields.list("downloaddetails", each -> each.text("datastore")),
                fields.map("details"),
                fields.tags(),
                TemplateState.of(fields));
    }

    /** The same with other tags. */
    public Template withTags(Map<String, String> other) {
        return new Template(
                id,
                name,
                displayText,
                zone,
                zoneName,
                hypervisor,
                format,
                account,
                domain,
                architecture,
                isPublic,
                isFeatured,
                isExtractable,
                isPasswordEnabled,
                isSshKeyEnabled,
                status,
                checksum,
                size,
                created,
                userData,
                userDataPolicy,
                url,
                stores,
                details,
                other,
                state);
    }
}
