package dev.cstemplates.pipeline.phase;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.artifact.Draft;
import dev.cstemplates.artifact.Manifest;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import dev.cstemplates.validation.TemplateValidation;
import dev.cstemplates.validation.report.ReportFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adds the disks and the report to the artifact store as a new version. */
public final class PackagePhase implements Phase {

    static final String NAME = "package";

    private static final String REFERENCE = "artifact.json";

    private final ArtifactStore store;
    private final String tool;

    /** @param tool name and version of this program, for the manifest */
    public PackagePhase(ArtifactStore store, String tool) {
        this.store = store;
        this.tool = tool;
    }

    private record ArtifactReference(String id, String version) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, String> inputs(ResolvedBuild build) {
        return new TreeMap<>();
    }

    @Override
    public ResourceRequirements requirements(ResolvedBuild build) {
        return new ResourceRequirements(OVERHEAD, 1, Phase.written(build));
    }

    @Override
    public Duration usual() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Optional<String> reasonToRepeat(ResolvedBuild build, Layer layer, Duration age) {
        return artifact(layer).isPresent() ? Optional.empty() : Optional.of("its artifact is gone");
    }

    /** The artifact of a finished build, if it still exists. */
    public Optional<Artifact> artifact(Layer layer) {
        try {
            return JsonFiles.readIfValid(layer.folder().resolve(REFERENCE), ArtifactReference.class)
                    .flatMap(reference -> store.find(reference.id(), reference.version()));
        } catch (IOException e) {
            throw Failure.host("Cannot read the layer " + layer.folder() + ": " + e, "Check that it is readable.")
                    .because(e);
        }
    }

    @Override
    public void run(ResolvedBuild build, PhaseContext context) {
        var draft = draft(build, context);
        context.confirm().run();
        var artifact = store.add(draft);
        context.activity().accept("stored " + artifact.reference());
        Phase.writeResult(
                context.target().resolve(REFERENCE),
                new ArtifactReference(
                        artifact.manifest().id(), artifact.manifest().version()));
    }

    private Draft draft(ResolvedBuild build, PhaseContext context) {
        var outcome = outcome(context.input(ValidatePhase.NAME, ValidatePhase.OUTCOME));
        var definition = build.definition();
        return new Draft(
                definition.id(),
                definition.title(),
                build.architecture().id(),
                tool,
                definition.digest().hex(),
                definition.machine().disk().bytes(),
                verdict(outcome),
                new TreeMap<>(outcome.report().facts()),
                files(build, context, outcome),
                outcome.packages().stream()
                        .map(each -> new Manifest.InstalledPackage(
                                each.name(), each.version(), each.architecture(), each.size()))
                        .toList());
    }

    private static List<Draft.DraftFile> files(
            ResolvedBuild build, PhaseContext context, TemplateValidation.ValidationResult outcome) {
        var files = new ArrayList<Draft.DraftFile>();
        var disks = ExportPhase.written(context);
        for (var hypervisor : build.hypervisors()) {
            var file = ExportPhase.fileOf(hypervisor);
            var written = disks.stream()
                    .filter(disk -> disk.file().equals(file))
                    .findFirst()
                    .orElseThrow();
            files.add(new Draft.DraftFile(
                    context.input(ExportPhase.NAME, file),
                    file,
                    "disk",
                    new Draft.DraftDisk(
                            hypervisor.id(),
                            ExportPhase.formatOf(hypervisor).id(),
                            written.virtualSize(),
                            written.contentDigest())));
        }
        for (var report : List.of(ReportFiles.HTML, ReportFiles.JSON, ReportFiles.JUNIT)) {
            files.add(report(context, report, "report"));
        }
        for (var attachment : outcome.report().attachments()) {
            files.add(report(context, attachment.file().getFileName().toString(), "log"));
        }
        return files;
    }

    private static Draft.DraftFile report(PhaseContext context, String file, String role) {
        return new Draft.DraftFile(context.input(ValidatePhase.NAME, file), file, role, null);
    }

    private static Manifest.ValidationSummary verdict(TemplateValidation.ValidationResult outcome) {
        var report = outcome.report();
        return new Manifest.ValidationSummary(
                report.passed(),
                report.checks().size(),
                report.count(Status.FAILED),
                report.count(Status.WARNING),
                report.count(Status.SKIPPED));
    }

    private static TemplateValidation.ValidationResult outcome(Path file) {
        return Phase.readResult(ValidatePhase.NAME, file, TemplateValidation.ValidationResult.class);
    }
}
