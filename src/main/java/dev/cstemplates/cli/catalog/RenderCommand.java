package dev.cstemplates.cli.catalog;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.cli.App;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.packer.BootstrapProject;
import dev.cstemplates.packer.InstallerProject;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PrepareProject;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.nio.file.Path;
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
            "The folders hold everything they need: template, scripts, first-boot data, a one-time SSH key; an"
                + " installer's project its answer file in the clear, while the ISO, and kernel and initrd out of it,"
                + " are Packer variables.",
            "Where a system can be registered with its vendor (RHEL, SLES), CST_REGISTRATION_ACCOUNT (organization or"
                + " e-mail address) and CST_REGISTRATION_CODE (activation key or code) go into that one answer file."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst render debian-12 --out project",
            "  packer build project/install/packer.json",
            "  packer build project/prepare/packer.json",
            "  cst render almalinux-9 --source iso --out project"
        })
public final class RenderCommand implements Callable<Integer> {

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
                    "How the first disk comes to be: iso, image (the image is the first disk: only its preparation is"
                            + " written) or bootstrap. Default: the first of 'cst list'.")
    private @Nullable String source;

    @Option(names = "--mirror", paramLabel = "URL", description = "Where packages come from, as for 'cst build'.")
    private @Nullable String mirror;

    public RenderCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        var definition = app.catalog().definition(id);
        var spec = app.resolver()
                .resolve(
                        definition,
                        arch == null ? Architecture.ofThisHost() : Architecture.parse(arch),
                        source == null ? null : Source.parse(source),
                        mirror);
        var folder = Path.of(String.valueOf(out));
        for (var project : app.projects().of(spec, app.subscription(definition))) {
            var rendered = app.renderer().render(project, folder.resolve(project.phase()));
            app.output().line("packer build " + variables(project, spec) + rendered.template());
        }
        return 0;
    }

    private static String variables(PackerProject project, ResolvedBuild spec) {
        return switch (project) {
            case InstallerProject _ -> "-var iso=FILE -var iso_label=LABEL -var kernel=FILE -var initrd=FILE ";
            case PrepareProject _ when spec.source() == Source.IMAGE -> "-var base_disk=FILE ";
            case PrepareProject _, BootstrapProject _ -> "";
        };
    }
}
