package dev.cstemplates.cli;

import dev.cstemplates.host.Architecture;
import dev.cstemplates.host.Failure;
import dev.cstemplates.packer.PackerProject;
import java.nio.file.Path;
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
            "The folders hold everything they need: template, scripts, first-boot data, a one-time SSH key."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst render debian-12 --out project",
            "  packer build project/install/packer.json",
            "  packer build project/prepare/packer.json"
        })
final class RenderCommand implements Callable<Integer> {

    private final App app;

    @Parameters(paramLabel = "ID", description = "One of 'cst list'.")
    private String id = "";

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where to write; must be new or empty.")
    private @Nullable Path out;

    @Option(names = "--arch", paramLabel = "ARCH", description = "x86_64 or aarch64. Default: this host's.")
    private @Nullable String arch;

    @Option(names = "--source", paramLabel = "SOURCE", description = "How the first disk comes to be: bootstrap.")
    private String source = "bootstrap";

    @Option(names = "--mirror", paramLabel = "URL", description = "Where packages come from, as for 'cst build'.")
    private @Nullable String mirror;

    RenderCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        if (!source.equals("bootstrap")) {
            throw Failure.usage("There is no source '" + source + "'", "The sources are: bootstrap.");
        }
        var spec = app.spec(
                app.catalog().definition(id),
                arch == null ? Architecture.ofThisHost() : Architecture.parse(arch),
                mirror);
        var folder = Path.of(String.valueOf(out));
        for (PackerProject project :
                List.of(app.projects().bootstrap(spec), app.projects().prepare(spec))) {
            var rendered = app.renderer().render(project, folder.resolve(project.phase()));
            app.output().line("packer build " + rendered.template());
        }
        return 0;
    }
}
