package dev.cstemplates.cli;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.host.Architecture;
import dev.cstemplates.host.Failure;
import dev.cstemplates.packer.InstallerProject;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.pipeline.BuildSpec;
import dev.cstemplates.pipeline.BuildableSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst render}. */
@Command(
        name = "render",
        description = {
            "Writes what a build gives to Packer, one folder a phase, each runnable by hand with plain Packer.",
            "The folders hold everything they need: template, scripts, first-boot data, a one-time SSH key; an installer's project"
                    + " its answer file in the clear, while the ISO, and kernel and initrd out of it, are Packer variables.",
            "Where a system can be registered with its vendor (RHEL, SLES), CST_REGISTRATION_ACCOUNT (organization or e-mail"
                    + " address) and CST_REGISTRATION_CODE (activation key or code) go into that one answer file."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst render debian-12 --out project",
            "  packer build project/install/packer.json",
            "  packer build project/prepare/packer.json",
            "  cst render almalinux-9 --source iso --out project"
        })
final class RenderCommand implements Callable<Integer> {

    private final App app;

    @Parameters(paramLabel = "ID", description = "One of 'cst list'.")
    private String id = "";

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where to write; must be new or empty.")
    private @Nullable Path out;

    @Option(names = "--arch", paramLabel = "ARCH", description = "x86_64 or aarch64. Default: this host's.")
    private @Nullable String arch;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            description =
                    "How the first disk comes to be: iso or bootstrap. Default: bootstrap, where a definition has it.")
    private @Nullable String source;

    @Option(names = "--mirror", paramLabel = "URL", description = "Where packages come from, as for 'cst build'.")
    private @Nullable String mirror;

    RenderCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        var definition = app.catalog().definition(id);
        var chosen = source(definition);
        var spec = app.spec(definition, arch == null ? Architecture.ofThisHost() : Architecture.parse(arch), mirror);
        var folder = Path.of(String.valueOf(out));
        for (var project : projects(chosen, spec)) {
            var rendered = app.renderer().render(project, folder.resolve(project.phase()));
            app.output().line("packer build " + variables(project) + rendered.template());
        }
        return 0;
    }

    /** What was asked for; else what a build would take; else the vendor's installer. */
    private Source source(Definition definition) {
        if (source == null) {
            return BuildableSource.of(definition).stream().findFirst().orElse(Source.ISO);
        }
        var wanted = Source.parse(source);
        if (wanted == Source.IMAGE) {
            throw Failure.usage(
                    "There is nothing to render for the source image: the vendor's image is the first disk",
                    "Render another source: iso or bootstrap.");
        }
        if (wanted == Source.BOOTSTRAP) {
            BuildableSource.choose(definition, wanted);
        }
        return wanted;
    }

    private List<PackerProject> projects(Source chosen, BuildSpec spec) {
        var projects = new ArrayList<PackerProject>();
        if (chosen == Source.ISO) {
            projects.add(app.projects().installer(spec, app.registration(spec.definition())));
        } else {
            projects.add(app.projects().bootstrap(spec));
        }
        projects.add(app.projects().prepare(spec));
        return projects;
    }

    private static String variables(PackerProject project) {
        return project instanceof InstallerProject
                ? "-var iso=FILE -var iso_label=LABEL -var kernel=FILE -var initrd=FILE "
                : "";
    }
}
