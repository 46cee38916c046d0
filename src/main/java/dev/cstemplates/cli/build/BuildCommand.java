/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.cli.cloud.PublishService;
import dev.cstemplates.cli.terminal.FormerName;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.engine.Submission;
import dev.cstemplates.pipeline.BuildResolver;
import dev.cstemplates.pipeline.Pipeline;
import dev.cstemplates.pipeline.phase.ExportPhase;
import dev.cstemplates.pipeline.request.BuildOptions;
import dev.cstemplates.pipeline.request.BuildRequest;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import dev.cstemplates.pipeline.request.SourceSelection;
import dev.cstemplates.publish.Publication;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst build}. */
@Command(
        name = "build",
        description = {
            "Builds templates from the vendor's installer, the vendor's cloud image or the distribution's packages."
                    + " The result is a disk that was booted and tested.",
            "Downloads are verified. If only you can download the ISO (RHEL, SLES), pass it with --iso."
                    + " CST_REGISTRATION_ACCOUNT and CST_REGISTRATION_CODE register the system during installation and are"
                    + " not stored.",
            "Unchanged phases of earlier builds are reused."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst build debian-12                    all phases",
            "  cst build debian-12 --dry-run          show what would run, and why",
            "  cst build debian-12 --formats qcow2,vhd,ova,vhdx",
            "                                         for every hypervisor",
            "  cst build debian-12 --refresh          with the latest package updates",
            "  cst build debian-12 --until prepare    stop early",
            "  cst build almalinux-10 --source image  from the vendor's cloud image",
            "  cst build rhel-9 --iso rhel-9.8-x86_64-dvd.iso --sha256 HEX",
            "                                         from an ISO that you downloaded",
            "  cst build --all --parallel 2           all definitions, two at a time",
            "  cst build --all --queue x86_64-kvm     all definitions, on the workers of a farm"
        })
public final class BuildCommand implements Callable<Integer> {

    /** Each build has its own thread. */
    static final int MAX_PARALLEL = 1000;

    private final Output output;
    private final Supplier<Catalog> catalog;
    private final Supplier<BuildResolver> resolver;
    private final Supplier<Pipeline> pipeline;
    private final Supplier<BuildRunner> runner;
    private final Consumer<Collection<ResolvedBuild>> requireTools;
    private final Supplier<PublishService> publishing;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "One or more ids of 'cst list'.")
    private List<String> ids = List.of();

    @Option(names = "--all", description = "Build all definitions.")
    private boolean all;

    @Option(names = "--arch", paramLabel = "ARCH", description = "x86_64 or aarch64. Default: this host's.")
    private @Nullable String arch;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            description =
                    "How to create the first disk: iso (the vendor's installer, unattended), image (the vendor's cloud"
                            + " image) or bootstrap (the distribution's packages, no installer). Default: the first in"
                            + " 'cst list' whose programs this host has.")
    private @Nullable String source;

    @Mixin
    private MediumOptions local = new MediumOptions();

    @Option(
            names = "--formats",
            paramLabel = "FORMAT",
            split = ",",
            description = "Disk formats to write, each with the settings of its hypervisor: qcow2 (KVM; always"
                    + " written, because it is the one that is booted), vhd (XenServer, XCP-ng), ova (VMware), vhdx"
                    + " (Hyper-V). Default: ${DEFAULT-VALUE}.")
    private List<String> formats = List.of("qcow2");

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            description =
                    "Package mirror. Default: the mirror that this host's apt uses for the same distribution, else the"
                            + " definition's.")
    private @Nullable String mirror;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description =
                    "Number of builds at a time. Default: as many as fit into this host's memory, processors and disk.")
    private @Nullable Integer parallel;

    @Option(
            names = "--priority",
            paramLabel = "N",
            description = "From -1000 to 1000; higher priorities run first. Default: ${DEFAULT-VALUE}.")
    private int priority = Submission.USUAL_PRIORITY;

    @FormerName("--on")
    @Option(
            names = "--queue",
            paramLabel = "QUEUE",
            description =
                    "Queue the builds for workers ('cst worker'): x86_64-kvm, host-NAME or a worker's label. Default:"
                            + " build in this process.")
    private @Nullable String queue;

    @Mixin
    private final BudgetOptions budget;

    @Option(
            names = "--until",
            paramLabel = "PHASE",
            description = "Last phase to run: fetch, install, prepare, optimize, export, validate or package.")
    private @Nullable String until;

    @Option(
            names = "--from",
            paramLabel = "PHASE",
            description = "Run this phase and all later ones, even if unchanged.")
    private @Nullable String from;

    @Option(names = "--refresh", description = "Install the latest package updates again.")
    private boolean refresh;

    @Option(names = "--no-cache", description = "Run every phase, even if unchanged.")
    private boolean noCache;

    @Option(
            names = "--publish",
            paramLabel = "PROFILE",
            description = "Publish the artifact, new or up to date, as 'cst publish --profile PROFILE' does.")
    private @Nullable String publish;

    @Option(names = "--dry-run", description = "Show what would run, and why; change nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print the result as JSON; progress goes to standard error.")
    private boolean json;

    private final Map<Artifact, List<Publication>> published = new HashMap<>();

    /**
     * @param requireTools fails if this host misses a tool that these builds use
     * @param publishing publishes finished artifacts
     */
    public BuildCommand(
            Output output,
            Supplier<Catalog> catalog,
            Supplier<BuildResolver> resolver,
            Supplier<Pipeline> pipeline,
            Supplier<BuildRunner> runner,
            Consumer<Collection<ResolvedBuild>> requireTools,
            Supplier<PublishService> publishing,
            BudgetOptions budget) {
        this.output = output;
        this.catalog = catalog;
        this.resolver = resolver;
        this.pipeline = pipeline;
        this.runner = runner;
        this.requireTools = requireTools;
        this.publishing = publishing;
        this.budget = budget;
    }

    @Override
    public Integer call() {
        checkUsage();
        var builds = resolved();
        if (publish != null) {
            publishing.get().requireProfile(publish);
        }
        if (dryRun) {
            var plan = new DryRun(output, pipeline.get(), budget.budget(), queue, publish);
            return plan.print(builds.values(), options(), json);
        }
        if (queue != null) {
            return report(runner.get().follow(submit(builds, queue), json));
        }
        builds.keySet().stream()
                .map(resolver.get()::reasonForSource)
                .filter(reason -> !reason.isEmpty())
                .forEach(output::warning);
        requireTools.accept(builds.values());
        return runner.get()
                .run(
                        submit(builds, runner.get().ownQueue()),
                        budget.budget(),
                        parallel,
                        request -> Objects.requireNonNull(builds.get(request)),
                        json,
                        this::report);
    }

    /** The requests and their resolution on this host, checked so that only possible builds are queued. */
    private Map<BuildRequest, ResolvedBuild> resolved() {
        var definitions = all
                ? everythingBuildable()
                : ids.stream().distinct().map(catalog.get()::definition).toList();
        var builds = new LinkedHashMap<BuildRequest, ResolvedBuild>();
        for (var definition : definitions) {
            var request = new BuildRequest(
                    definition.id(), architecture(), source(), local.medium(), hypervisors(), mirror, options());
            builds.put(request, resolver.get().resolve(request));
        }
        builds.values().forEach(build -> pipeline.get().check(build, options()));
        return builds;
    }

    private List<String> submit(Map<BuildRequest, ResolvedBuild> builds, String queueName) {
        var ids = new ArrayList<String>();
        builds.forEach((request, build) -> ids.add(runner.get()
                .submit(
                        request,
                        build.definition().title(),
                        pipeline.get().check(build, options()),
                        queueName,
                        priority)));
        return ids;
    }

    private BuildResult published(BuildResult result) {
        var artifact = result.artifact();
        if (publish == null || artifact == null || result.failure() != null) {
            return result;
        }
        try {
            published.put(artifact, publishing.get().publish(artifact, publish));
            return result;
        } catch (Failure failure) {
            return result.failedBy(failure);
        }
    }

    private void checkUsage() {
        if (all == !ids.isEmpty()) {
            throw Failure.usage(
                    all ? "--all cannot be combined with ids" : "No template to build",
                    "Use an id, for example 'cst build debian-12', or --all. 'cst list' shows the ids.");
        }
        if (local.medium() != null && (all || ids.size() > 1)) {
            throw Failure.usage("--iso can be used with one template only", "Use one id.");
        }
        if (parallel != null && (parallel < 1 || parallel > MAX_PARALLEL)) {
            throw Failure.usage("Invalid --parallel " + parallel, "Use a number from 1 to " + MAX_PARALLEL + ".");
        }
        if (priority < -1000 || priority > 1000) {
            throw Failure.usage("Invalid --priority " + priority, "Use a number from -1000 to 1000.");
        }
        if (publish != null && (until != null || queue != null)) {
            throw Failure.usage(
                    "--publish cannot be combined with --until or --queue",
                    "Publish later, on the host that has the artifact: cst publish ID --profile " + publish);
        }
        if (noCache && from != null) {
            throw Failure.usage("--no-cache cannot be combined with --from", "--no-cache runs every phase.");
        }
    }

    /** The definitions that {@code --all} builds; warns about the others. */
    private List<Definition> everythingBuildable() {
        var everything = catalog.get().definitions();
        var buildable = everything.stream().filter(this::isBuildable).toList();
        var left = everything.stream()
                .filter(definition -> !buildable.contains(definition))
                .map(Definition::id)
                .collect(Collectors.joining(", "));
        if (!left.isEmpty()) {
            output.warning("not built, because they do not support that source or "
                    + architecture().id() + ", or require an ISO that only you can download: " + left);
        }
        return buildable;
    }

    private boolean isBuildable(Definition definition) {
        var sources = definition.sources(architecture());
        var wanted = source == null ? sources.stream().findFirst().orElse(null) : Source.parse(source);
        return wanted != null && SourceSelection.isUnaided(definition, architecture(), wanted);
    }

    private BuildOptions options() {
        return new BuildOptions(until, from, refresh, noCache);
    }

    private Architecture architecture() {
        return arch == null ? Architecture.ofThisHost() : Architecture.parse(arch);
    }

    /** A given ISO implies source {@code iso}. */
    private @Nullable Source source() {
        if (source != null) {
            return Source.parse(source);
        }
        return local.medium() == null ? null : Source.ISO;
    }

    private SortedSet<Hypervisor> hypervisors() {
        var hypervisors = new TreeSet<>(List.of(Hypervisor.KVM));
        for (var format : formats) {
            hypervisors.add(Arrays.stream(Hypervisor.values())
                    .filter(each -> ExportPhase.formatOf(each).id().equals(format))
                    .findFirst()
                    .orElseThrow(() ->
                            Failure.usage("Unknown format '" + format + "'", "Use one of: qcow2, vhd, ova, vhdx.")));
        }
        return hypervisors;
    }

    private int report(List<BuildResult> results) {
        return new BuildReport(output, until, published)
                .print(results.stream().map(this::published).toList(), json);
    }
}
