package dev.cstemplates.pipeline.project;

import dev.cstemplates.catalog.Installer;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Installation;
import dev.cstemplates.packer.InstallerProject;
import dev.cstemplates.packer.answers.InstallerAnswers;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells Packer's room how a definition wants its vendor's installer run. */
final class Installers {

    private Installers() {}

    static InstallerProject project(
            ResolvedBuild build, InstallerAnswers.@Nullable Registration registration, Installation installation) {
        var definition = build.definition();
        var installer = definition.installer();
        if (installer == null || build.target().iso() == null) {
            throw Failure.usage(
                    definition.id() + " has no ISO for " + build.architecture().id(),
                    "See 'cst show " + definition.id() + "' for its sources.");
        }
        if (registration != null && installer.registration() == null) {
            throw Failure.usage(
                    definition.id() + " can't be registered while it is installed", "Leave the registration out.");
        }
        return new InstallerProject(
                build.accelerator(),
                definition.machine().cpus(),
                installer.memory(),
                definition.machine().disk(),
                installer.limit().multipliedBy(build.slowness()),
                switch (installer.delivery()) {
                    case Installer.Delivery.Cd(var label) -> new InstallerProject.Delivery.Cd(label);
                    case Installer.Delivery.Url(var argument) -> new InstallerProject.Delivery.Url(argument);
                },
                installer.arguments().stream()
                        .map(argument ->
                                argument.replace("{arch}", build.architecture().id()))
                        .toList(),
                plan(build, installer, registration, installation));
    }

    private static InstallerAnswers plan(
            ResolvedBuild build,
            Installer installer,
            InstallerAnswers.@Nullable Registration registration,
            Installation installation) {
        var definition = build.definition();
        var template = installer.template();
        return new InstallerAnswers(
                installer.kind(),
                build.architecture(),
                template == null ? null : installation.templates().resolve(template),
                definition.guest().locale(),
                definition.guest().timezone(),
                build.target().kernelPackage(),
                build.target().bootloaderPackages(),
                packages(build, installer),
                installer.pattern(),
                installer.product(),
                installer.modules(),
                installer.syntax(),
                installer.repositories().stream()
                        .map(each -> new InstallerAnswers.Repository(each.name(), each.urlFor(build.architecture())))
                        .toList(),
                installation.scripts().resolve("installation").resolve(definition.packageFamily() + ".sh"),
                registration);
    }

    /**
     * All packages where the vendor's archives are for subscribers only: once the system is no longer registered, the preparation has no
     * source of any.
     */
    private static List<String> packages(ResolvedBuild build, Installer installer) {
        if (installer.registration() == null) {
            return installer.packages();
        }
        return Stream.concat(
                        installer.packages().stream(), build.definition().packagesFor(build.architecture()).stream())
                .distinct()
                .toList();
    }
}
