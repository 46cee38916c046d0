/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.host.AptSources;
import dev.cstemplates.host.Host;
import dev.cstemplates.pipeline.phase.ExportPhase;
import dev.cstemplates.pipeline.request.BuildOptions;
import dev.cstemplates.pipeline.request.BuildRequest;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import dev.cstemplates.pipeline.request.SourceSelection;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Resolves build requests for this host, with its mirrors and its accelerator. */
public final class BuildResolver {

    private final Supplier<Catalog> catalog;
    private final Supplier<Host> host;
    private final Function<Architecture, Accelerator> accelerator;

    /** @param accelerator the accelerator for guests of an architecture on this host */
    public BuildResolver(
            Supplier<Catalog> catalog, Supplier<Host> host, Function<Architecture, Accelerator> accelerator) {
        this.catalog = catalog;
        this.host = host;
        this.accelerator = accelerator;
    }

    /** A build for KVM from the vendor's newest medium; source and mirror are null for the defaults. */
    public ResolvedBuild resolve(
            Definition definition, Architecture architecture, @Nullable Source source, @Nullable String mirror) {
        return resolve(
                definition,
                new BuildRequest(
                        definition.id(),
                        architecture,
                        source,
                        null,
                        new TreeSet<>(Set.of(Hypervisor.KVM)),
                        mirror,
                        BuildOptions.DEFAULT));
    }

    /**
     * Resolves a request.
     *
     * @throws Failure of kind usage if the definition does not support what is requested
     */
    public ResolvedBuild resolve(BuildRequest request) {
        return resolve(catalog.get().definition(request.definition()), request);
    }

    /** Why a request without a source is not built from the definition's first one on this host; empty if it is. */
    public String reasonForSource(BuildRequest request) {
        return SourceSelection.choose(
                        catalog.get().definition(request.definition()),
                        request.architecture(),
                        request.source(),
                        host.get())
                .reason();
    }

    private ResolvedBuild resolve(Definition definition, BuildRequest request) {
        var architecture = request.architecture();
        if (!definition.architectures().containsKey(architecture)) {
            throw Failure.usage(
                    definition.id() + " does not support " + architecture.id(),
                    "Supported architectures: "
                            + definition.architectures().keySet().stream()
                                    .map(Architecture::id)
                                    .collect(Collectors.joining(", "))
                            + ".");
        }
        requireVariants(definition, architecture, request.hypervisors());
        var localMirrors = AptSources.of(host.get()).mirrors(definition.family(), architecture);
        return new ResolvedBuild(
                definition,
                architecture,
                SourceSelection.choose(definition, architecture, request.source(), host.get())
                        .source(),
                request.hypervisors(),
                request.mirror() != null
                        ? request.mirror()
                        : localMirrors.map(AptSources.Mirrors::archive).orElse(null),
                localMirrors.flatMap(AptSources.Mirrors::security).orElse(null),
                accelerator.apply(architecture),
                request.medium());
    }

    private static void requireVariants(
            Definition definition, Architecture architecture, SortedSet<Hypervisor> hypervisors) {
        for (var hypervisor : hypervisors) {
            // CloudStack supports other architectures than x86_64 on KVM only.
            var isPossible = architecture == Architecture.X86_64 || hypervisor == Hypervisor.KVM;
            if (!isPossible || !definition.variants().containsKey(hypervisor)) {
                throw Failure.usage(
                        "%s does not support %s on %s".formatted(definition.id(), hypervisor.id(), architecture.id()),
                        "Remove " + ExportPhase.formatOf(hypervisor).id() + " from --formats.");
            }
        }
    }
}
