package dev.cstemplates.pipeline.request;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Hypervisor;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the user wants built, with the same meaning on every host.
 *
 * @param definition its id
 * @param source how the first disk is created; null for the definition's first source
 * @param medium an ISO or image at a path of the building host; null for the vendor's newest
 * @param hypervisors the variants
 * @param mirror where packages come from; null for the building host's default
 * @param options how far to build and which layers not to reuse
 */
public record BuildRequest(
        String definition,
        Architecture architecture,
        @Nullable Source source,
        ResolvedBuild.@Nullable LocalMedium medium,
        SortedSet<Hypervisor> hypervisors,
        @Nullable String mirror,
        BuildOptions options) {

    public BuildRequest {
        hypervisors = new TreeSet<>(hypervisors);
    }

    /** What its layers belong to, for example {@code debian-12-x86_64}. */
    public String subject() {
        return definition + "-" + architecture.id();
    }

    public String json() {
        return JsonMapper.shared().writeValueAsString(this);
    }

    public static BuildRequest parse(String json) {
        return JsonMapper.shared().readValue(json, BuildRequest.class);
    }
}
