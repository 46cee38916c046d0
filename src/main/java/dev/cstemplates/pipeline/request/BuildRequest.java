/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.request;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Hypervisor;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What to build, as the user requested it; independent of the host.
 *
 * @param definition its id
 * @param source how the first disk is created; null for the definition's first source
 * @param medium an ISO or image on the building host; null for the vendor's newest
 * @param hypervisors the variants to export
 * @param mirror URL of the package mirror; null for the building host's default
 * @param options which phases to run and which layers not to reuse
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

    /** Template and architecture, which its layers belong to, for example {@code debian-12-x86_64}. */
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
