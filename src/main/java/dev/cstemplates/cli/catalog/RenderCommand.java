/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.catalog;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.packer.BootstrapProject;
import dev.cstemplates.packer.InstallerProject;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PrepareProject;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.answers.Subscription;
import dev.cstemplates.pipeline.BuildResolver;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst render}. */
@Command(
        name = "render",
        description = {
            "Writes the Packer projects of a build, one folder per phase; each can be run by hand with plain Packer.",
            "The folders are self-contained: template, scripts, first-boot data and a one-time SSH key. An installer's"
                    + " project contains its answer files in plain text; the ISO and its kernel and initrd are Packer"
                    + " variables.",
            "For systems that are registered with their vendor (RHEL, SLES), CST_REGISTRATION_ACCOUNT (organization or"
                    + " e-mail address) and CST_REGISTRATION_CODE (activation key or code) are written to the answer file."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst render debian-12 --out project",
            "  packer build project/install/packer.json",
            "  packer build project/prepare/packer.json",
            "  cst render almalinux-9 --source iso --out project"
        })
public final class RenderCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<Catalog> catalog;
    private final Supplier<BuildResolver> resolver;
    private final Supplier<PackerProjectFactory> projects;
    private final Function<Definition, @Nullable Subscription> subscriptions;
    private final Supplier<ProjectRenderer> renderer;

    @Parameters(paramLabel = "ID", description = "One of 'cst list'.")
    private String id = "";

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Output folder; must be new or empty.")
    private @Nullable Path out;

    @Option(names = "--arch", paramLabel = "ARCH", description = "x86_64 or aarch64. Default: this host's.")
    private @Nullable String arch;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            description =
                    "Source of the first disk: iso, image (only the preparation is written) or bootstrap. Default: the"
                            + " first in 'cst list'.")
    private @Nullable String source;

    @Option(names = "--mirror", paramLabel = "URL", description = "Package mirror, as for 'cst build'.")
    private @Nullable String mirror;

    /** @param subscriptions the credentials to register systems with; null if there are none */
    public RenderCommand(
            Output output,
            Supplier<Catalog> catalog,
            Supplier<BuildResolver> resolver,
            Supplier<PackerProjectFactory> projects,
            Function<Definition, @Nullable Subscription> subscriptions,
            Supplier<ProjectRenderer> renderer) {
        this.output = output;
        this.catalog = catalog;
        this.resolver = resolver;
        this.projects = projects;
        this.subscriptions = subscriptions;
        this.renderer = renderer;
    }

    @Override
    public Integer call() {
        var definition = catalog.get().definition(id);
        var build = resolver.get()
                .resolve(
                        definition,
                        arch == null ? Architecture.ofThisHost() : Architecture.parse(arch),
                        source == null ? null : Source.parse(source),
                        mirror);
        var folder = Path.of(String.valueOf(out));
        for (var project : projects.get().of(build, subscriptions.apply(definition))) {
            var rendered = renderer.get().render(project, folder.resolve(project.phase()));
            output.line("packer build " + variables(project, build) + rendered.template());
        }
        return 0;
    }

    private static String variables(PackerProject project, ResolvedBuild build) {
        return switch (project) {
            case InstallerProject _ -> "-var iso=FILE -var iso_label=LABEL -var kernel=FILE -var initrd=FILE ";
            case PrepareProject _ when build.source() == Source.IMAGE -> "-var base_disk=FILE ";
            case PrepareProject _, BootstrapProject _ -> "";
        };
    }
}
