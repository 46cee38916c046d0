package dev.cstemplates.cli.build;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.cli.App;
import dev.cstemplates.cli.terminal.FormerName;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.engine.Submission;
import dev.cstemplates.engine.WorkerSelector;
import dev.cstemplates.pipeline.Pipeline;
import dev.cstemplates.pipeline.phase.ExportPhase;
import dev.cstemplates.pipeline.request.BuildRequest;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import dev.cstemplates.pipeline.request.SourceSelection;
import dev.cstemplates.publish.Publication;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
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
            "Builds templates: from the vendor's installer or image, or the distribution's own packages, to a disk"
                    + " that was booted and tested.",
            "What is fetched is verified first. Where only you can download the ISO (RHEL, SLES), name it by --iso;"
                + " CST_REGISTRATION_ACCOUNT and CST_REGISTRATION_CODE register the system while it is installed, and"
                + " are kept nowhere.",
            "What an earlier build has left and what has not changed since is used again."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst build debian-12                    everything",
            "  cst build debian-12 --dry-run          what would run, and why",
            "  cst build debian-12 --formats qcow2,vhd,ova,vhdx",
            "                                         for every hypervisor",
            "  cst build debian-12 --refresh          with the package updates of today",
            "  cst build debian-12 --until prepare    stop early",
            "  cst build almalinux-10 --source image  from the vendor's cloud image",
            "  cst build rhel-9 --iso rhel-9.8-x86_64-dvd.iso --sha256 HEX",
            "                                         from an ISO that you downloaded",
            "  cst build --all --parallel 2           every definition that can be built, two at a time",
            "  cst build --all --queue x86_64-kvm     the same, by the workers of a farm"
        })
public final class BuildCommand implements Callable<Integer> {

    private final App app;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "One or more of 'cst list'.")
    private List<String> ids = List.of();

    @Option(names = "--all", description = "Build every definition that can be.")
    private boolean all;

    @Option(names = "--arch", paramLabel = "ARCH", description = "x86_64 or aarch64. Default: this host's.")
    private @Nullable String arch;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            description =
                    "How the first disk comes to be: iso (the vendor's installer, unattended), image (the vendor's"
                            + " cloud image) or bootstrap (the distribution's own packages, no installer). Default: the"
                            + " first of 'cst list'.")
    private @Nullable String source;

    @Mixin
    private MediumOptions local = new MediumOptions();

    @Option(
            names = "--formats",
            paramLabel = "FORMAT",
            split = ",",
            description =
                    "Disk formats to write, each with the settings of its hypervisor: qcow2 (KVM; always written, for"
                            + " it is what is booted), vhd (XenServer, XCP-ng), ova (VMware), vhdx (Hyper-V). Default:"
                            + " ${DEFAULT-VALUE}.")
    private List<String> formats = List.of("qcow2");

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            description =
                    "Where packages come from. Default: the mirror that this host's apt uses for the same distribution,"
                            + " else the definition's.")
    private @Nullable String mirror;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Builds at a time. Default: as many as this host has memory, processors and disk for.")
    private @Nullable Integer parallel;

    @Option(
            names = "--priority",
            paramLabel = "N",
            description = "Higher ones go first, from -1000 to 1000. Default: ${DEFAULT-VALUE}.")
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
    private BudgetOptions budget = new BudgetOptions();

    @Option(names = "--until", paramLabel = "PHASE", description = "Last phase to run.")
    private @Nullable String until;

    @Option(names = "--from", paramLabel = "PHASE", description = "Run this phase and all after it, changed or not.")
    private @Nullable String from;

    @Option(names = "--refresh", description = "Take package updates again.")
    private boolean refresh;

    @Option(names = "--no-cache", description = "Run every phase, changed or not.")
    private boolean noCache;

    @Option(
            names = "--publish",
            paramLabel = "PROFILE",
            description = "Publish what was built, or is up to date, as 'cst publish --profile PROFILE' does.")
    private @Nullable String publish;

    @Option(names = "--dry-run", description = "Say what would run, and why; change nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print the result as JSON; progress goes to standard error.")
    private boolean json;

    private final Map<Artifact, List<Publication>> published = new HashMap<>();

    public BuildCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        checkUsage();
        var definitions = all
                ? everythingBuildable()
                : ids.stream().distinct().map(app.catalog()::definition).toList();
        var specs = definitions.stream().map(this::spec).toList();
        specs.forEach(SourceSelection::requireMedium);
        if (publish != null) {
            app.publishing().requireProfile(publish);
        }
        if (dryRun) {
            return plan(specs);
        }
        specs.forEach(spec -> app.pipeline().check(spec, options()));
        var requests = definitions.stream().map(this::request).toList();
        var results = queue == null ? here(requests) : elsewhere(requests, queue);
        return report(results.stream().map(this::published).toList());
    }

    private List<BuildTask.Result> here(List<BuildRequest> requests) {
        app.requireTools(architecture());
        var builds = new BuildRunner(app, budget.budget(app), parallel, json);
        return builds.run(builds.submit(requests, WorkerSelector.command(app.worker()), priority));
    }

    private List<BuildTask.Result> elsewhere(List<BuildRequest> requests, String route) {
        var builds = new BuildRunner(app, budget.budget(app), parallel, json);
        var ids = builds.submit(requests, route, priority);
        try (var progress = Progress.open(app, json)) {
            new EventFollower(app.builds(), progress).untilOver(ids);
        }
        return builds.outcomes(ids);
    }

    private BuildTask.Result published(BuildTask.Result result) {
        var artifact = result.artifact();
        if (publish == null || artifact == null || result.failure() != null) {
            return result;
        }
        try {
            published.put(artifact, app.publishing().publish(artifact, publish));
            return result;
        } catch (Failure e) {
            return new BuildTask.Result(result.request(), result.phasesRun(), artifact, e);
        }
    }

    private void checkUsage() {
        if (all == !ids.isEmpty()) {
            throw Failure.usage(
                    all ? "Both --all and ids were given" : "There is nothing to build",
                    "Name what to build, for example 'cst build debian-12', or use --all. 'cst list' shows the ids.");
        }
        if (local.medium() != null && (all || ids.size() > 1)) {
            throw Failure.usage("--iso is one ISO, of one template", "Name one id.");
        }
        if (parallel != null && parallel < 1) {
            throw Failure.usage("--parallel is " + parallel, "Use a number from 1.");
        }
        if (priority < -1000 || priority > 1000) {
            throw Failure.usage("--priority is " + priority, "Use a number from -1000 to 1000.");
        }
        if (publish != null && (until != null || queue != null)) {
            throw Failure.usage(
                    "--publish goes with neither --until nor --queue",
                    "Publish later, where the artifact is: cst publish ID --profile " + publish);
        }
        if (noCache && from != null) {
            throw Failure.usage("Both --no-cache and --from were given", "--no-cache is --from the first phase.");
        }
    }

    /** What {@code --all} means; says which definitions it leaves out. */
    private List<Definition> everythingBuildable() {
        var everything = app.catalog().definitions();
        var buildable = everything.stream().filter(this::isBuildable).toList();
        var left = everything.stream()
                .filter(definition -> !buildable.contains(definition))
                .map(Definition::id)
                .collect(Collectors.joining(", "));
        if (!left.isEmpty()) {
            app.output()
                    .warning("left out, for they lack that source, are not made for "
                            + architecture().id() + ", or need an ISO that only you can download: " + left);
        }
        return buildable;
    }

    private boolean isBuildable(Definition definition) {
        var sources = definition.sources(architecture());
        var wanted = source == null ? sources.stream().findFirst().orElse(null) : Source.parse(source);
        return wanted != null && SourceSelection.isUnaided(definition, architecture(), wanted);
    }

    private Pipeline.Options options() {
        return new Pipeline.Options(until, noCache ? app.pipeline().phases().getFirst() : from, refresh);
    }

    private BuildRequest request(Definition definition) {
        return new BuildRequest(
                definition.id(), architecture(), source(), local.medium(), hypervisors(), mirror, options());
    }

    private ResolvedBuild spec(Definition definition) {
        return app.specs()
                .of(
                        definition,
                        architecture(),
                        new BuildResolver.Origin(source(), local.medium()),
                        hypervisors(),
                        mirror);
    }

    private Architecture architecture() {
        return arch == null ? Architecture.ofThisHost() : Architecture.parse(arch);
    }

    /** Who names an ISO wants it used. */
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
                    .orElseThrow(() -> Failure.usage(
                            "The format '" + format + "' is of no hypervisor",
                            "The formats are: qcow2, vhd, ova, vhdx.")));
        }
        return hypervisors;
    }

    private int plan(List<ResolvedBuild> specs) {
        var dryRun = new DryRun(app, budget.budget(app), queue, publish);
        if (json) {
            dryRun.showAsJson(specs, options());
        } else {
            dryRun.show(specs, options());
        }
        return 0;
    }

    private int report(List<BuildTask.Result> results) {
        var report = new BuildReport(app, until, published);
        if (json) {
            report.showAsJson(results);
        } else {
            report.show(results);
        }
        return BuildReport.exitCode(results);
    }
}
