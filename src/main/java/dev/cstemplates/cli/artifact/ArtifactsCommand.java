package dev.cstemplates.cli.artifact;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.artifact.Manifest;
import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.export.DiskVerification;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.pipeline.work.WorkDir;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst artifacts}. */
@Command(
        name = "artifacts",
        description = "Shows and verifies what builds produced.",
        synopsisSubcommandLabel = "COMMAND")
public final class ArtifactsCommand {

    /** {@code cst artifacts list}. */
    @Command(
            name = "list",
            description = "Lists the artifacts in the store, the oldest version of each id first.",
            footerHeading = "%nExample:%n",
            footer = "  cst artifacts list --json")
    public static final class ListArtifacts implements Callable<Integer> {

        private final Output output;
        private final Supplier<ArtifactStore> artifacts;

        @Option(names = "--json", description = "Print an array of objects.")
        private boolean json;

        public ListArtifacts(Output output, Supplier<ArtifactStore> artifacts) {
            this.output = output;
            this.artifacts = artifacts;
        }

        @Override
        public Integer call() {
            var stored = artifacts.get().list();
            if (json) {
                output.json(stored.stream().map(ListArtifacts::fields).toList());
                return 0;
            }
            if (stored.isEmpty()) {
                output.line("No artifacts yet. Create one with 'cst build debian-12'.");
                return 0;
            }
            output.table(
                    List.of("artifact", "arch", "disks", "size", "created", "checks"),
                    stored.stream().map(ListArtifacts::row).toList());
            return 0;
        }

        private static List<String> row(Artifact artifact) {
            var manifest = artifact.manifest();
            return List.of(
                    artifact.reference(),
                    manifest.architecture(),
                    String.join(
                            ", ",
                            disks(manifest).stream()
                                    .map(Manifest.FileEntry::hypervisor)
                                    .toList()),
                    size(manifest).toString(),
                    manifest.createdAt().toString(),
                    manifest.validation().passed()
                            ? "passed"
                            : manifest.validation().failed() + " failed");
        }

        private static Map<String, Object> fields(Artifact artifact) {
            var manifest = artifact.manifest();
            var fields = new LinkedHashMap<String, Object>();
            fields.put("id", manifest.id());
            fields.put("version", manifest.version());
            fields.put("architecture", manifest.architecture());
            fields.put("createdAt", manifest.createdAt().toString());
            fields.put("validated", manifest.validation().passed());
            fields.put("diskBytes", size(manifest).bytes());
            fields.put("folder", artifact.folder().toString());
            return fields;
        }
    }

    /** {@code cst artifacts show}. */
    @Command(
            name = "show",
            description = "Shows the content of an artifact.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst artifacts show debian-12               the newest version",
                "  cst artifacts show debian-12 --arch aarch64",
                "  cst artifacts show debian-12@20261122.1    this version"
            })
    public static final class Show implements Callable<Integer> {

        private final Output output;
        private final Supplier<ArtifactStore> artifacts;

        @Parameters(
                paramLabel = "ID[@VERSION]",
                description = "One of 'cst artifacts list'. " + VersionReference.DEFAULT)
        private String reference = "";

        @Option(
                names = "--arch",
                paramLabel = "ARCH",
                description = "x86_64 or aarch64. Default: this host's, else the only one in the store.")
        private @Nullable String arch;

        @Option(names = "--json", description = "Print the whole manifest, packages included.")
        private boolean json;

        public Show(Output output, Supplier<ArtifactStore> artifacts) {
            this.output = output;
            this.artifacts = artifacts;
        }

        @Override
        public Integer call() {
            var artifact = artifacts.get().find(VersionReference.parse(reference, arch));
            if (json) {
                output.json(artifact.manifest());
            } else {
                print(artifact);
            }
            return 0;
        }

        private void print(Artifact artifact) {
            var manifest = artifact.manifest();
            var facts = new ArrayList<List<String>>();
            facts.add(List.of("artifact", artifact.reference()));
            facts.add(List.of("title", manifest.title()));
            facts.add(List.of("architecture", manifest.architecture()));
            facts.add(List.of("created", manifest.createdAt().toString()));
            facts.add(List.of("folder", artifact.folder().toString()));
            facts.add(List.of("virtual size", new ByteSize(manifest.virtualSize()).toString()));
            facts.add(List.of("packages", Integer.toString(manifest.packages().size())));
            var verdict = manifest.validation();
            facts.add(List.of(
                    "validation",
                    "%s: %d checks, %d failed, %d warnings, %d skipped"
                            .formatted(
                                    verdict.passed() ? "passed" : "failed",
                                    verdict.checks(),
                                    verdict.failed(),
                                    verdict.warned(),
                                    verdict.skipped())));
            manifest.facts().forEach((name, value) -> facts.add(List.of(name, value)));
            output.facts(facts);
            output.line("");
            output.table(
                    List.of("file", "size", "sha256"),
                    manifest.files().stream()
                            .map(file -> List.of(file.name(), new ByteSize(file.size()).toString(), file.sha256()))
                            .toList());
        }
    }

    /** {@code cst artifacts verify}. */
    @Command(
            name = "verify",
            description = {
                "Reads every file of the artifacts again and compares its size and digests with the manifest. Checks"
                    + " the structure of disks, CloudStack's rules and the content that a guest sees with independent"
                    + " readers of their formats.",
                "Exits with 1 if an artifact is damaged."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst artifacts verify               all artifacts",
                "  cst artifacts verify debian-12     the newest version"
            })
    public static final class Verify implements Callable<Integer> {

        private final Output output;
        private final Supplier<ArtifactStore> artifacts;
        private final Supplier<CstHome> home;
        private final Processes processes;

        @Parameters(
                paramLabel = "ID[@VERSION]",
                arity = "0..*",
                description = "Artifacts to verify. Default: all. " + VersionReference.DEFAULT)
        private @Nullable List<String> references;

        @Option(
                names = "--arch",
                paramLabel = "ARCH",
                description =
                        "x86_64 or aarch64. Default: this host's, else the only one in the store; without ID: all.")
        private @Nullable String arch;

        @Option(names = "--json", description = "Print an array of objects.")
        private boolean json;

        public Verify(Output output, Supplier<ArtifactStore> artifacts, Supplier<CstHome> home, Processes processes) {
            this.output = output;
            this.artifacts = artifacts;
            this.home = home;
            this.processes = processes;
        }

        @Override
        public Integer call() {
            var named = references == null ? List.<String>of() : references;
            var chosen = named.isEmpty()
                    ? artifacts.get().list().stream()
                            .filter(each -> arch == null
                                    || each.manifest()
                                            .architecture()
                                            .equals(Architecture.parse(arch).id()))
                            .toList()
                    : named.stream()
                            .map(each -> artifacts.get().find(VersionReference.parse(each, arch)))
                            .toList();
            var results = new ArrayList<Map<String, Object>>();
            var isIntact = true;
            for (var artifact : chosen) {
                var problems = problems(artifact);
                isIntact &= problems.isEmpty();
                results.add(new LinkedHashMap<>(Map.of("artifact", artifact.reference(), "problems", problems)));
                if (!json) {
                    output.line(artifact.reference() + (problems.isEmpty() ? " is intact" : " is damaged:"));
                    problems.forEach(problem -> output.line("  " + problem));
                }
            }
            if (json) {
                output.json(results);
            }
            return isIntact ? 0 : Failure.Kind.BUILD.exitCode();
        }

        private List<String> problems(Artifact artifact) {
            var problems = artifacts.get().verify(artifact);
            if (!problems.isEmpty()) {
                return problems;
            }
            try (var work = WorkDir.open(
                    home.get(), WorkDir.Kind.VERIFICATION, "verify-" + artifact.reference(), output::warning)) {
                var verification = new DiskVerification(processes, work.path());
                return disks(artifact.manifest()).stream()
                        .flatMap(
                                disk -> verification
                                        .problems(
                                                artifact.file(disk),
                                                new ByteSize(disk.virtualSize()),
                                                disk.contentDigest())
                                        .stream())
                        .toList();
            }
        }
    }

    private static List<Manifest.FileEntry> disks(Manifest manifest) {
        return manifest.files().stream()
                .filter(file -> file.role().equals("disk"))
                .toList();
    }

    private static ByteSize size(Manifest manifest) {
        return new ByteSize(
                disks(manifest).stream().mapToLong(Manifest.FileEntry::size).sum());
    }
}
