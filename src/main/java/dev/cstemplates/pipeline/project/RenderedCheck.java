/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.project;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.DefinitionCheck;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Renders the Packer projects of every definition, architecture and source, and validates them with Packer. */
public final class RenderedCheck implements DefinitionCheck {

    private final PackerProjectFactory projects;
    private final ProjectRenderer renderer;
    private final Supplier<PackerRun> packer;

    /** {@code packer} throws a {@link Failure} of kind host if Packer is unusable; the check is then skipped. */
    public RenderedCheck(PackerProjectFactory projects, ProjectRenderer renderer, Supplier<PackerRun> packer) {
        this.projects = projects;
        this.renderer = renderer;
        this.packer = packer;
    }

    @Override
    public String id() {
        return "packer-projects";
    }

    @Override
    public List<CheckResult> inspect(List<Definition> definitions) {
        PackerRun run;
        try {
            run = packer.get();
        } catch (Failure failure) {
            return List.of(skipped("rendered projects", "not validated by Packer: " + failure.message()));
        }
        var findings = new ArrayList<CheckResult>();
        for (var definition : definitions) {
            for (var architecture : definition.architectures().keySet()) {
                findings.addAll(inspect(definition, architecture, run));
            }
        }
        return findings;
    }

    private List<CheckResult> inspect(Definition definition, Architecture architecture, PackerRun run) {
        var findings = new ArrayList<CheckResult>();
        var read = new HashSet<String>();
        for (var source : definition.sources(architecture)) {
            var build = new ResolvedBuild(
                    definition,
                    architecture,
                    source,
                    new TreeSet<>(definition.variants().keySet()),
                    null,
                    null,
                    Accelerator.TCG,
                    null);
            try {
                inspect(build, run, read);
            } catch (Failure failure) {
                findings.add(error(build.subject() + " from " + source.id(), failure.message()));
            }
        }
        return findings;
    }

    /** @param read configurations that Packer has already validated: other sources differ only in values, and a run takes a second */
    private void inspect(ResolvedBuild build, PackerRun run, Set<String> read) {
        try {
            var folder = Files.createTempDirectory("cst-check");
            try {
                for (var project : projects.of(build, null)) {
                    var rendered = renderer.render(project, folder.resolve(project.configuration()));
                    if (read.add(project.configuration())) {
                        run.validate(rendered);
                    }
                }
            } finally {
                FileTrees.delete(folder);
            }
        } catch (IOException e) {
            throw Failure.host("Cannot write the rendered project: " + e, "Check for a full disk.")
                    .because(e);
        }
    }
}
