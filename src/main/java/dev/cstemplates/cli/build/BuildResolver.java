package dev.cstemplates.cli.build;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.cli.App;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.host.AptSources;
import dev.cstemplates.pipeline.phase.ExportPhase;
import dev.cstemplates.pipeline.request.BuildRequest;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import dev.cstemplates.pipeline.request.SourceSelection;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What builds that somebody asks for mean on this host: its mirrors, its accelerator, what the definition is made for. */
public record BuildResolver(App app) {

    /** Whom the first disk of a build comes from, as the command line says it; null where it says nothing. */
    record Origin(@Nullable Source source, ResolvedBuild.@Nullable LocalMedium medium) {}

    /** A build for KVM. */
    public ResolvedBuild of(
            Definition definition, Architecture architecture, @Nullable Source source, @Nullable String mirror) {
        return of(definition, architecture, new Origin(source, null), new TreeSet<>(Set.of(Hypervisor.KVM)), mirror);
    }

    /** A build of {@code definition} on this host; {@code mirror} null for the one that this host's apt uses. */
    public ResolvedBuild of(
            Definition definition,
            Architecture architecture,
            Origin origin,
            SortedSet<Hypervisor> hypervisors,
            @Nullable String mirror) {
        if (!definition.architectures().containsKey(architecture)) {
            throw Failure.usage(
                    definition.id() + " is not made for " + architecture.id(),
                    "It is made for "
                            + definition.architectures().keySet().stream()
                                    .map(Architecture::id)
                                    .collect(Collectors.joining(", "))
                            + ".");
        }
        requireVariants(definition, architecture, hypervisors);
        var near = AptSources.of(app.host()).mirrors(definition.family(), architecture);
        return new ResolvedBuild(
                definition,
                architecture,
                SourceSelection.choose(definition, architecture, origin.source()),
                hypervisors,
                mirror != null ? mirror : near.map(AptSources.Mirrors::archive).orElse(null),
                near.flatMap(AptSources.Mirrors::security).orElse(null),
                app.accelerator(architecture),
                origin.medium());
    }

    /** What a request means on this host. */
    public ResolvedBuild of(BuildRequest request) {
        return of(
                app.catalog().definition(request.definition()),
                request.architecture(),
                new Origin(request.source(), request.medium()),
                request.hypervisors(),
                request.mirror());
    }

    private static void requireVariants(
            Definition definition, Architecture architecture, SortedSet<Hypervisor> hypervisors) {
        for (var hypervisor : hypervisors) {
            // CloudStack runs other processors than x86_64 on KVM only.
            var isPossible = architecture == Architecture.X86_64 || hypervisor == Hypervisor.KVM;
            if (!isPossible || !definition.variants().containsKey(hypervisor)) {
                throw Failure.usage(
                        "%s is not made for %s on %s".formatted(definition.id(), hypervisor.id(), architecture.id()),
                        "Leave " + ExportPhase.formatOf(hypervisor).id() + " out of --formats.");
            }
        }
    }
}
