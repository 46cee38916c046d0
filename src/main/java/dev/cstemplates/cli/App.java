/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.CloudStackGuests;
import dev.cstemplates.catalog.CloudStackGuestsCheck;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.DefinitionCheck;
import dev.cstemplates.catalog.DefinitionSchema;
import dev.cstemplates.catalog.ScriptsCheck;
import dev.cstemplates.catalog.SupportCheck;
import dev.cstemplates.cli.build.BudgetOptions;
import dev.cstemplates.cli.build.BuildRunner;
import dev.cstemplates.cli.cloud.CloudStackContext;
import dev.cstemplates.cli.cloud.PublishService;
import dev.cstemplates.cli.terminal.DurationConverter;
import dev.cstemplates.cli.terminal.GlobalOptions;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.ErrorBoundary;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Lazy;
import dev.cstemplates.delivery.Bucket;
import dev.cstemplates.disk.export.DiskExport;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.BuildEvent;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.Database;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.engine.WorkerName;
import dev.cstemplates.guest.GuestWatchdog;
import dev.cstemplates.guest.OfflineCleanup;
import dev.cstemplates.guest.OfflineVariants;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.Installation;
import dev.cstemplates.host.Tools;
import dev.cstemplates.host.doctor.Doctor;
import dev.cstemplates.host.doctor.KvmProbe;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.media.MediaInspection;
import dev.cstemplates.media.MediaLibrary;
import dev.cstemplates.media.TransferSettings;
import dev.cstemplates.packer.Packer;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.answers.Subscription;
import dev.cstemplates.pipeline.BuildResolver;
import dev.cstemplates.pipeline.BuildTask;
import dev.cstemplates.pipeline.PhaseDurations;
import dev.cstemplates.pipeline.Pipeline;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.layer.LayerBucket;
import dev.cstemplates.pipeline.layer.LayerFolder;
import dev.cstemplates.pipeline.layer.LayerPolicy;
import dev.cstemplates.pipeline.layer.LayerSharing;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.layer.SharedLayers;
import dev.cstemplates.pipeline.online.OnlineCheck;
import dev.cstemplates.pipeline.online.PackageCheck;
import dev.cstemplates.pipeline.phase.BootstrapPhase;
import dev.cstemplates.pipeline.phase.ExportPhase;
import dev.cstemplates.pipeline.phase.FetchPhase;
import dev.cstemplates.pipeline.phase.ImagePhase;
import dev.cstemplates.pipeline.phase.InstallerPhase;
import dev.cstemplates.pipeline.phase.OptimizePhase;
import dev.cstemplates.pipeline.phase.PackagePhase;
import dev.cstemplates.pipeline.phase.PreparePhase;
import dev.cstemplates.pipeline.phase.ValidatePhase;
import dev.cstemplates.pipeline.project.AnswersCheck;
import dev.cstemplates.pipeline.project.InstallerSchemas;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.pipeline.project.RenderedCheck;
import dev.cstemplates.pipeline.request.BuildRequest;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import dev.cstemplates.pipeline.request.SourceSelection;
import dev.cstemplates.publish.DefinitionMetadata;
import dev.cstemplates.publish.Profiles;
import dev.cstemplates.validation.TemplateValidation;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * The composition root: creates every collaborator when a command first needs it. A command that only lists loads
 * nothing that builds.
 */
final class App implements AutoCloseable {

    private final Clock clock;
    private final Output output;
    private final Map<String, String> environment;
    private final Processes processes = new Processes(this::home);
    private final Supplier<CstHome> home;
    private final ErrorBoundary errors;
    private final Supplier<Database> database;
    private final Supplier<Installation> installation;
    private final Supplier<Catalog> catalog = Lazy.of(() -> Catalog.load(installation()));
    private final Supplier<Host> host = Lazy.of(Host::ofThisProcess);
    private final Supplier<KvmProbe> kvm = Lazy.of(() -> new KvmProbe(host(), processes(), home(), KvmProbe.LIMIT));
    private final Supplier<ArtifactStore> artifacts = Lazy.of(this::openArtifacts);
    private final Supplier<PackerProjectFactory> projects = Lazy.of(() -> new PackerProjectFactory(installation()));
    private final Supplier<ProjectRenderer> renderer =
            Lazy.of(() -> new ProjectRenderer(installation().configs().resolve("packer"), host()));
    private final Supplier<MediaLibrary> media;
    private final Supplier<PackerRun> packer = Lazy.of(this::findPacker);
    private final Supplier<PackagePhase> packaging =
            Lazy.of(() -> new PackagePhase(artifacts(), RootCommand.version()));
    private final Supplier<LayerStore> layers;
    private final Supplier<CloudStackContext> clouds = Lazy.of(this::openClouds);
    private final Supplier<Pipeline> pipeline = Lazy.of(this::assemblePipeline);
    private @Nullable Database opened;

    App(
            GlobalOptions options,
            Map<String, String> environment,
            Supplier<Installation> installation,
            Clock clock,
            Output output) {
        this.installation = Lazy.of(installation);
        this.clock = clock;
        this.output = output;
        this.environment = environment;
        this.home = Lazy.of(() -> CstHome.find(options.home(), environment));
        this.errors = new ErrorBoundary(home, clock);
        this.database = Lazy.of(() -> openDatabase(options));
        this.layers = Lazy.of(() -> openLayers(options.layerStore()));
        this.media = Lazy.of(() -> new MediaLibrary(home(), TransferSettings.usual(environment), clock));
    }

    private Database openDatabase(GlobalOptions options) {
        var url = options.database() != null ? options.database() : environment.get("CST_DATABASE");
        opened = url == null || url.isBlank()
                ? Database.embedded(home().root().resolve("cst.db"))
                : Database.shared(url);
        return opened;
    }

    Database database() {
        return database.get();
    }

    BuildRepository builds() {
        return new BuildRepository(database(), clock);
    }

    /** This process, as other processes and hosts know it. */
    WorkerName worker() {
        var name = environment.getOrDefault("CST_HOST", "");
        return WorkerName.ofThisProcess(
                name.isBlank() ? host().text("/proc/sys/kernel/hostname").orElse("localhost") : name);
    }

    Map<String, String> environment() {
        return environment;
    }

    /** An environment variable that is set and not blank. */
    Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    Output output() {
        return output;
    }

    Clock clock() {
        return clock;
    }

    LocalDate today() {
        return LocalDate.now(clock);
    }

    CstHome home() {
        return home.get();
    }

    Installation installation() {
        return installation.get();
    }

    Catalog catalog() {
        return catalog.get();
    }

    Processes processes() {
        return processes;
    }

    Host host() {
        return host.get();
    }

    ArtifactStore artifacts() {
        return artifacts.get();
    }

    LayerStore layers() {
        return layers.get();
    }

    MediaLibrary media() {
        return media.get();
    }

    PackerProjectFactory projects() {
        return projects.get();
    }

    ProjectRenderer renderer() {
        return renderer.get();
    }

    PackerRun packer() {
        return packer.get();
    }

    Pipeline pipeline() {
        return pipeline.get();
    }

    /** The CloudStacks that templates are published to. */
    CloudStackContext clouds() {
        return clouds.get();
    }

    /**
     * @param target the architecture to build templates for
     * @param definitions ids of the templates to build on this host, from the sources that it would choose once nothing is missing
     */
    Doctor doctor(Architecture target, List<String> definitions) {
        var tools = new LinkedHashSet<>(Tools.alsoFor(target));
        for (var id : definitions) {
            var definition = catalog().definition(id);
            definition.sources(target).stream()
                    .findFirst()
                    .ifPresent(source -> tools.addAll(SourceSelection.tools(definition, source)));
        }
        return new Doctor(host(), processes, home(), kvm.get(), target, tools);
    }

    /** Fails if this host misses a tool that guests of {@code architecture} require. */
    void requireToolsFor(Architecture architecture) {
        var tools = new LinkedHashSet<>(Tools.required());
        tools.addAll(Tools.alsoFor(architecture));
        host().require(tools);
    }

    /** Fails with all tools that any of these builds uses and this host misses. */
    void requireTools(Collection<ResolvedBuild> builds) {
        var tools = new LinkedHashSet<>(Tools.required());
        for (var build : builds) {
            tools.addAll(Tools.alsoFor(build.architecture()));
            tools.addAll(SourceSelection.tools(build.definition(), build.source()));
        }
        host().require(tools);
    }

    /** Whether this host has the additional tools that builds for {@code architecture} use. */
    boolean hasToolsFor(Architecture architecture) {
        return Tools.alsoFor(architecture).stream()
                .allMatch(tool -> host().path().find(tool.program()).isPresent());
    }

    /** How this host runs guests of an architecture; warns once if that is slow. */
    Accelerator accelerator(Architecture architecture) {
        return kvm.get().accelerator(architecture, notice -> output().warning(notice));
    }

    OnlineCheck onlineCheck() {
        return new OnlineCheck(
                new MediaInspection(TransferSettings.brief(environment), clock()),
                new PackageCheck(projects(), processes(), host()),
                clock());
    }

    /** Resolves build requests for this host. */
    BuildResolver resolver() {
        return new BuildResolver(catalog, host, this::accelerator);
    }

    /** Queues and runs builds in this process. */
    BuildRunner runner() {
        return new BuildRunner(output, builds(), artifacts, this::newWorker, worker(), clock, processes::close);
    }

    Worker newWorker(
            Worker.Settings settings,
            Budget budget,
            Function<BuildRequest, ResolvedBuild> requests,
            Consumer<BuildEvent> progress) {
        var task = new BuildTask(requests, pipeline(), this::artifactOf, progress, clock);
        return new Worker(database(), clock, worker(), settings, budget, task, errors);
    }

    /** Options that limit the resources that builds use on this host. */
    BudgetOptions budgetOptions() {
        return new BudgetOptions(host, home, this::environment);
    }

    ErrorBoundary errors() {
        return errors;
    }

    /** Registration credentials from the environment, so that neither a file nor the process list shows them. */
    @Nullable
    Subscription subscription(Definition definition) {
        var installer = definition.installer();
        var account = environment.get("CST_REGISTRATION_ACCOUNT");
        var code = environment.get("CST_REGISTRATION_CODE");
        if (installer == null || installer.registration() == null || (account == null && code == null)) {
            return null;
        }
        if (account == null || code == null) {
            throw Failure.usage(
                    "Only one of CST_REGISTRATION_ACCOUNT and CST_REGISTRATION_CODE is set", "Set both, or neither.");
        }
        return new Subscription(account, code);
    }

    /** The artifact of a finished build; empty if it stopped before it was packaged. */
    Optional<Artifact> artifactOf(Map<String, Layer> layers) {
        return Optional.ofNullable(layers.get(packaging.get().name())).flatMap(packaging.get()::artifact);
    }

    TemplateValidation validation() {
        return new TemplateValidation(processes, installation().scripts().resolve("validation"), clock);
    }

    /** The checks of {@code cst check}, in this order; {@code schemas} is null for the directory in {@code --home}. */
    List<DefinitionCheck> checks(@Nullable Path schemas) {
        var installers = new InstallerSchemas(schemas == null ? home().root().resolve("schemas") : schemas);
        return List.of(
                new SupportCheck(today()),
                new CloudStackGuestsCheck(installation(), catalog()),
                new ScriptsCheck(installation(), processes(), "shellcheck"),
                new AnswersCheck(projects(), renderer(), processes(), installers),
                new RenderedCheck(projects(), renderer(), packer));
    }

    private CloudStackContext openClouds() {
        var schema = Lazy.of(
                () -> DefinitionSchema.read(installation().configs().resolve("cloudstack/profile.schema.json")));
        var profiles = new Profiles(home().root().resolve("profiles"), environment, processes, schema);
        return new CloudStackContext(home(), catalog, clock, output, profiles);
    }

    /** Publishes artifacts to the CloudStacks of profiles. */
    PublishService publishing() {
        return new PublishService(
                clouds(),
                (disk, server) ->
                        new DefinitionMetadata(catalog(), CloudStackGuests.load(installation())).of(disk, server),
                home(),
                output);
    }

    private ArtifactStore openArtifacts() {
        return new ArtifactStore(home().artifacts(), home().locks(), clock);
    }

    private LayerStore openLayers(@Nullable String option) {
        var place = option != null ? option : environment.getOrDefault("CST_LAYER_STORE", "");
        return new LayerStore(
                home().layers(),
                home().locks(),
                clock,
                place.isBlank() ? null : LayerSharing.of(sharedLayers(place), output::warning),
                layerPolicy());
    }

    private static SharedLayers sharedLayers(String place) {
        return place.startsWith(Bucket.SCHEME)
                ? new LayerBucket(Bucket.at(Bucket.BucketLocation.parse(place)))
                : new LayerFolder(Path.of(place).toAbsolutePath());
    }

    /** By age, because the right size depends on the host's disk. */
    private @Nullable LayerPolicy layerPolicy() {
        var age = environment.getOrDefault("CST_LAYERS_OLDER_THAN", "").strip();
        if (age.equals("never")) {
            return null;
        }
        try {
            return new LayerPolicy(
                    age.isEmpty() ? LayerPolicy.USUAL : new DurationConverter().convert(age), null, false);
        } catch (TypeConversionException e) {
            throw Failure.usage("CST_LAYERS_OLDER_THAN: " + e.getMessage(), "Or 'never'.");
        }
    }

    private PackerRun findPacker() {
        return new PackerRun(
                processes,
                Lazy.of(() -> Packer.find(
                        "packer", CstHome.createDirectories(home().root().resolve("cache/packer")), processes)));
    }

    private Pipeline assemblePipeline() {
        var watch = new GuestWatchdog();
        return new Pipeline(
                List.of(
                        new FetchPhase(media),
                        new BootstrapPhase(projects(), renderer(), packer(), watch),
                        new InstallerPhase(
                                projects(),
                                media,
                                processes,
                                definition -> Optional.ofNullable(subscription(definition)),
                                renderer(),
                                packer(),
                                watch),
                        new ImagePhase(media, processes),
                        new PreparePhase(projects(), renderer(), packer(), watch),
                        new OptimizePhase(installation(), new OfflineCleanup(processes)),
                        new ExportPhase(
                                installation(), new OfflineVariants(processes), new DiskExport(processes, clock)),
                        new ValidatePhase(installation(), validation()),
                        packaging.get()),
                layers(),
                home(),
                new PhaseDurations(home().host().resolve("timings.json")),
                Pipeline.RETRY,
                clock);
    }

    /** Ends all programs that are still running. */
    @Override
    public void close() {
        processes.close();
        if (opened != null) {
            opened.close();
        }
    }
}
