/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls about templates. */
public final class Templates {

    /** For a copy between zones or a deletion. */
    private static final Duration LIMIT = Duration.ofHours(2);

    private final CloudStackClient client;

    Templates(CloudStackClient client) {
        this.client = client;
    }

    /** One entry per zone; empty if the template was deleted or no zone has a host of its hypervisor. */
    public List<Template> byId(String id) {
        return list(Call.of("listTemplates").with("id", id));
    }

    /** The caller's templates with exactly this name; names need not be unique. */
    public List<Template> byName(String name) {
        return list(Call.of("listTemplates").with("name", name));
    }

    /** The caller's templates with a tag. */
    public List<Template> byTag(String key, String value) {
        return list(Call.of("listTemplates").withTags(Map.of(key, value)));
    }

    /** All of the caller's templates. */
    public List<Template> own() {
        return list(Call.of("listTemplates"));
    }

    private List<Template> list(Call call) {
        return client.list(call.with("templatefilter", "self"), "template").stream()
                .map(JsonFields::new)
                .map(Template::of)
                .toList();
    }

    /** The call that {@link #register} makes. */
    public Call registration(NewTemplate template, URI url, String sha256) {
        if (!sha256.matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException("Invalid SHA-256: " + sha256);
        }
        // Without the prefix the server assumes MD5; upper case never matches.
        var checksum = "{SHA-256}" + sha256.toLowerCase(Locale.ROOT);
        return supported(template.addTo(Call.of("registerTemplate"))
                .with("zoneids", template.zones())
                .with("url", url.toString())
                .with("checksum", checksum));
    }

    /** Has the server download a template. Returns at once: one entry per zone, none of them ready. */
    public List<Template> register(NewTemplate template, URI url, String sha256) {
        return client.call(registration(template, url, sha256))
                .path("template")
                .valueStream()
                .map(JsonFields::new)
                .map(Template::of)
                .toList();
    }

    /** The call that {@link #upload} makes; without a checksum, which every server rejects. */
    public Call uploadRequest(NewTemplate template) {
        if (template.zones().size() != 1) {
            throw new IllegalArgumentException("An upload is for exactly one zone");
        }
        return supported(template.addTo(Call.of("getUploadParamsForTemplate"))
                .with("zoneid", template.zones().getFirst()));
    }

    /** Creates a template that waits for its file; see {@link Upload}. */
    public UploadTicket upload(NewTemplate template) {
        return UploadTicket.of(
                new JsonFields(client.call(uploadRequest(template)).path("getuploadparams")));
    }

    /** Servers before 4.20 do not support the parameter and assume x86_64. */
    private Call supported(Call call) {
        var isDefault = call.parameter("arch").filter("x86_64"::equals).isPresent();
        return isDefault && !client.capabilities().supports(call.command(), "arch") ? call.without("arch") : call;
    }

    public Call updating(String id, TemplateChange change) {
        var call = Call.of("updateTemplate")
                .with("id", id)
                .withOptional("name", change.name())
                .withOptional("displaytext", change.displayText())
                .withOptional("sortkey", change.sortKey())
                .idempotent();
        var details = change.details();
        return details == null ? call : call.withMap("details", details);
    }

    /** Changes a template. List it again to see the result: the response does not contain it. */
    public void update(String id, TemplateChange change) {
        client.call(updating(id, change));
    }

    public Call showing(String id, Visibility visibility) {
        return Call.of("updateTemplatePermissions")
                .with("id", id)
                .with("ispublic", visibility.isPublic())
                .with("isfeatured", visibility.isFeatured())
                .with("isextractable", visibility.isExtractable())
                .idempotent();
    }

    public void show(String id, Visibility visibility) {
        client.call(showing(id, visibility));
    }

    /** Grants accounts of the owner's domain (by name) and projects (by id) the use of a template, or revokes it. */
    public void share(String id, boolean isAllowed, Collection<String> accounts, Collection<String> projects) {
        client.call(Call.of("updateTemplatePermissions")
                .with("id", id)
                .with("op", isAllowed ? "add" : "remove")
                .with("accounts", accounts)
                .with("projectids", projects)
                .idempotent());
    }

    public Call copying(String id, String fromZone, Collection<String> toZones) {
        return Call.of("copyTemplate")
                .with("id", id)
                .with("sourcezoneid", fromZone)
                .with("destzoneids", toZones)
                .idempotent();
    }

    /** Copies to other zones. A successful job does not prove it: list the template to check that it is ready there. */
    public void copy(String id, String fromZone, Collection<String> toZones) {
        client.run(copying(id, fromZone, toZones), LIMIT);
    }

    /** Starts copying a template to a zone's primary storage, so that the first deployment need not; root administrators only. */
    public void prepare(String id, String zone) {
        client.call(Call.of("prepareTemplate")
                .with("templateid", id)
                .with("zoneid", zone)
                .idempotent());
    }

    public Call deleting(String id, @Nullable String zone) {
        return Call.of("deleteTemplate")
                .with("id", id)
                .withOptional("zoneid", zone)
                // Before 4.19 the server assumed true.
                .with("forced", false)
                .idempotent();
    }

    /**
     * Deletes a template, in one zone or ({@code zone} null) everywhere. Succeeds if it does not exist; one that an instance uses is an
     * error of kind {@link ErrorKind#IN_USE}.
     */
    public void delete(String id, @Nullable String zone) {
        try {
            client.run(deleting(id, zone), LIMIT);
        } catch (CloudStackError error) {
            if (error.kind() != ErrorKind.NOT_FOUND) {
                throw error;
            }
        }
    }

    /** Which user-data applies if both the template and the instance have some. */
    public enum UserDataPolicy {
        ALLOWOVERRIDE,
        APPEND,
        DENYOVERRIDE
    }

    /** Links user-data to a template for all its new instances; {@code userData} is an id, null removes the link. */
    public void linkUserData(String id, @Nullable String userData, UserDataPolicy policy) {
        var call = Call.of("linkUserDataToTemplate").with("templateid", id).idempotent();
        client.call(userData == null ? call : call.with("userdataid", userData).with("userdatapolicy", policy.name()));
    }
}
