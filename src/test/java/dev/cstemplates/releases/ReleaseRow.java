/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.releases;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.CloudStackGuestsCheck;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.host.Installation;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.answers.InstallerAnswers;
import dev.cstemplates.pipeline.phase.ExpectationsFactory;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import dev.cstemplates.validation.target.Expectations;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One way to build one definition: the rows of {@code specs/families.md}. */
record ReleaseRow(Definition definition, Source source, Architecture architecture) {

    static final Installation CHECKOUT = new Installation(Path.of("").toAbsolutePath());

    private static final Catalog CATALOG = Catalog.load(CHECKOUT);

    private static final PackerProjectFactory PROJECTS = new PackerProjectFactory(CHECKOUT);

    /** Every definition, source and architecture. */
    static List<ReleaseRow> all() {
        return CATALOG.definitions().stream()
                .flatMap(definition -> definition.architectures().keySet().stream()
                        .flatMap(architecture -> definition.sources(architecture).stream()
                                .map(source -> new ReleaseRow(definition, source, architecture))))
                .toList();
    }

    static Stream<ReleaseRow> withProfile() {
        return all().stream()
                .filter(row -> ReleaseProfile.of(row.definition.id()).isPresent());
    }

    /** Whether the definition is valid, by the checks that need no programs. */
    String verdict() {
        var files = CATALOG.entry(definition.id()).files();
        var problems = CATALOG.problems().stream().filter(problem -> files.contains(problem.file()));
        var guests = new CloudStackGuestsCheck(CHECKOUT, CATALOG)
                .inspect(List.of(definition)).stream().filter(check -> check.status() == CheckResult.Status.FAILED);
        return Stream.concat(problems, guests)
                .findFirst()
                .map(problem -> "no: " + problem)
                .orElse("yes");
    }

    ResolvedBuild build() {
        return new ResolvedBuild(
                definition,
                architecture,
                source,
                new TreeSet<>(definition.variants().keySet()),
                null,
                null,
                Accelerator.TCG,
                null);
    }

    PackerProject preparation() {
        return PROJECTS.prepare(build());
    }

    /** The packages that the first disk has because the definition asks for them. */
    List<String> askedPackages() {
        return switch (source) {
            case IMAGE -> List.of();
            case BOOTSTRAP -> words(PROJECTS.bootstrap(build()).environment().get("CST_PACKAGES"));
            case ISO -> installerPackages();
        };
    }

    private List<String> installerPackages() {
        var answers = answers();
        // Only Debian-like installers leave the boot loader for the other firmware to our script.
        var loaders = definition.packageFamily().equals("apt") ? List.<String>of() : answers.bootloaderPackages();
        return Stream.of(answers.packages(), List.of(answers.kernelPackage()), loaders)
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    InstallerAnswers answers() {
        return PROJECTS.installer(build(), null).plan();
    }

    /** Every package that the definition names for this source. */
    List<String> packages() {
        var target = build().target();
        return Stream.of(
                        askedPackages(),
                        words(preparation().environment().get("CST_PACKAGES")),
                        target.bootloaderPackages(),
                        List.of(target.kernelPackage()))
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    /** Whether a name is not a package but a group of dnf's or a pattern of zypper's. */
    static boolean isGroup(String name) {
        return name.startsWith("@") || name.contains(":");
    }

    private static List<String> words(String text) {
        return List.of(text.trim().split("\\s+"));
    }

    /** The hypervisors whose variants are made, the one whose disk is checked last. */
    List<Hypervisor> hypervisors() {
        return definition.variants().keySet().stream()
                .filter(each -> architecture == Architecture.X86_64 || each == Hypervisor.KVM)
                .sorted((a, b) -> Boolean.compare(a == Hypervisor.KVM, b == Hypervisor.KVM))
                .toList();
    }

    Expectations expectations() {
        return ExpectationsFactory.expectations(definition, architecture);
    }

    @Override
    public String toString() {
        return definition.id() + " " + source.id() + " " + architecture.id();
    }
}
