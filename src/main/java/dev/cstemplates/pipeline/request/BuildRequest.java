package dev.cstemplates.pipeline.request;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.pipeline.Pipeline;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What somebody wants built, in words that mean the same on every host.
 *
 * @param definition its id
 * @param source how the first disk comes to be; null for the definition's first
 * @param medium an ISO or image that the building host has at that path; null for the vendor's newest
 * @param hypervisors the variants
 * @param mirror where packages come from; null for what the building host thinks best
 * @param options how far to go and what not to use again
 */
public record BuildRequest(
        String definition,
        Architecture architecture,
        @Nullable Source source,
        ResolvedBuild.@Nullable LocalMedium medium,
        SortedSet<Hypervisor> hypervisors,
        @Nullable String mirror,
        Pipeline.Options options) {

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
