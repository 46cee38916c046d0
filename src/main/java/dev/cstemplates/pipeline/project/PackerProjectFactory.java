/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.project;

import dev.cstemplates.catalog.Bootstrap;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Installer;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.core.InstallerKind;
import dev.cstemplates.host.Installation;
import dev.cstemplates.packer.BootstrapProject;
import dev.cstemplates.packer.InstallerProject;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PrepareProject;
import dev.cstemplates.packer.answers.InstallerAnswers;
import dev.cstemplates.packer.answers.PackageMirror;
import dev.cstemplates.packer.answers.PackageRepository;
import dev.cstemplates.packer.answers.Subscription;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns a resolved build into the Packer projects of its phases. */
public final class PackerProjectFactory {

    private final Installation installation;

    public PackerProjectFactory(Installation installation) {
        this.installation = installation;
    }

    /**
     * All Packer projects of a build, in order.
     *
     * @param subscription credentials to register the system with; null without a registration
     */
    public List<PackerProject> of(ResolvedBuild build, @Nullable Subscription subscription) {
        return switch (build.source()) {
            case ISO -> List.of(installer(build, subscription), prepare(build));
            case BOOTSTRAP -> List.of(bootstrap(build), prepare(build));
            // The vendor's image already is the first disk.
            case IMAGE -> List.of(prepare(build));
        };
    }

    /** Creates the first disk with the distribution's package tool. */
    public BootstrapProject bootstrap(ResolvedBuild build) {
        var definition = build.definition();
        var bootstrap = definition.bootstrap();
        if (bootstrap == null) {
            throw Failure.usage(
                    definition.id() + " has no source 'bootstrap'",
                    "Run 'cst show " + definition.id() + "' to see its sources.");
        }
        var builders = installation.scripts().resolve("builders");
        var helpers = switch (bootstrap) {
            case Bootstrap.Apt _ -> Stream.of("disk.sh", "keys.sh");
            case Bootstrap.Rpm _ -> Stream.of("disk.sh", "keys.sh", "rpm.sh");
        };
        return new BootstrapProject(
                build.architecture(),
                build.accelerator(),
                definition.machine().disk(),
                builders.resolve("bootstrap-" + definition.packageFamily() + ".sh"),
                helpers.map(builders::resolve).toList(),
                BootstrapEnvironment.forBuilder(build, bootstrap));
    }

    /**
     * Creates the first disk with the vendor's installer.
     *
     * @param subscription credentials to register the system with; null without a registration
     */
    public InstallerProject installer(ResolvedBuild build, @Nullable Subscription subscription) {
        var definition = build.definition();
        var installer = definition.installer();
        if (installer == null || build.target().iso() == null) {
            throw Failure.usage(
                    definition.id() + " has no ISO for " + build.architecture().id(),
                    "Run 'cst show " + definition.id() + "' to see its sources.");
        }
        if (subscription != null && installer.registration() == null) {
            throw Failure.usage(
                    definition.id() + " cannot be registered during installation", "Omit the registration.");
        }
        if (build.mirror() != null && definition.bootstrap() == null) {
            throw Failure.usage(
                    "The installer of " + definition.id()
                            + " takes its packages from the ISO or from where it is registered," + " not from a mirror",
                    "Omit --mirror.");
        }
        return new InstallerProject(
                build.accelerator(),
                definition.machine().cpus(),
                installer.memory(),
                definition.machine().disk(),
                installer.limit().multipliedBy(build.slowness()),
                installer.delivery(),
                arguments(build, installer),
                answers(build, installer, subscription));
    }

    private static List<String> arguments(ResolvedBuild build, Installer installer) {
        var arguments = installer.arguments().stream()
                .map(argument -> argument.replace("{arch}", build.architecture().id()))
                .map(argument -> atMirror(build, argument));
        // Agama's products name their repositories; only this argument replaces them.
        return installer.kind() == InstallerKind.AGAMA
                        && build.mirror() != null
                        && build.definition().bootstrap() instanceof Bootstrap.Rpm rpm
                ? Stream.concat(
                                arguments,
                                Stream.of(rpm.repositories().stream()
                                        .map(each -> each.forArchitecture(build.architecture()))
                                        .map(each -> atMirror(build, each.url()))
                                        .collect(Collectors.joining(",", "inst.install_url=", ""))))
                        .toList()
                : arguments.toList();
    }

    /** {@code text} with the build's mirror instead of the distribution's own. */
    private static String atMirror(ResolvedBuild build, String text) {
        var mirror = build.mirror();
        var bootstrap = build.definition().bootstrap();
        return mirror == null || bootstrap == null
                ? text
                : text.replace(bootstrap.mirrorFor(build.architecture()), withoutSlash(mirror));
    }

    private static @Nullable PackageMirror mirror(ResolvedBuild build) {
        var security = build.securityMirror();
        return build.mirror() == null
                ? null
                : new PackageMirror(withoutSlash(build.mirror()), security == null ? null : withoutSlash(security));
    }

    private static String withoutSlash(String url) {
        return url.replaceFirst("/+$", "");
    }

    private InstallerAnswers answers(ResolvedBuild build, Installer installer, @Nullable Subscription subscription) {
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
                installedPackages(build, installer),
                installer.pattern(),
                installer.product(),
                installer.modules(),
                installer.syntax(),
                installer.repositories().stream()
                        .map(each -> each.forArchitecture(build.architecture()))
                        .map(each -> new PackageRepository(each.name(), atMirror(build, each.url())))
                        .toList(),
                mirror(build),
                installation.scripts().resolve("installation").resolve(definition.packageFamily() + ".sh"),
                subscription);
    }

    /**
     * All packages if the vendor's archives require a registration: the system is unregistered at the end of the installation, so the
     * preparation has no repository to install from.
     */
    private static List<String> installedPackages(ResolvedBuild build, Installer installer) {
        if (installer.registration() == null) {
            return installer.packages();
        }
        return Stream.concat(
                        installer.packages().stream(), build.definition().packagesFor(build.architecture()).stream())
                .distinct()
                .toList();
    }

    /** Prepares a first disk from any source. */
    public PrepareProject prepare(ResolvedBuild build) {
        var definition = build.definition();
        var environment = new TreeMap<String, String>();
        environment.put("CST_DEFAULT_USER", definition.guest().defaultUser());
        environment.put(
                "CST_PASSWORD_ENABLED", Boolean.toString(definition.guest().passwordEnabled()));
        environment.put("CST_LOCALE", definition.guest().locale());
        environment.put("CST_TIMEZONE", definition.guest().timezone());
        // A vendor's image may have a kernel without the drivers we need, and boot loaders for one firmware only.
        environment.put(
                "CST_PACKAGES",
                String.join(
                        " ",
                        build.source() == Source.IMAGE
                                ? BootstrapEnvironment.packages(build)
                                : definition.packagesFor(build.architecture())));
        environment.put("CST_DATASOURCES", String.join(", ", datasources(build)));
        if (definition.bootstrap() instanceof Bootstrap.Apt apt) {
            environment.putAll(BootstrapEnvironment.forPreparation(build, apt));
        }
        var boot = definition.limits().boot().multipliedBy(build.slowness());
        return new PrepareProject(
                build.architecture(),
                build.architecture() == Architecture.AARCH64 ? Firmware.UEFI : Firmware.BIOS,
                build.accelerator(),
                definition.machine().cpus(),
                definition.machine().memory(),
                definition.machine().disk(),
                boot,
                boot,
                preparation(definition),
                environment);
    }

    /** The common scripts and those of the package family, sorted by file name. */
    private List<Path> preparation(Definition definition) {
        var folder = installation.scripts().resolve("preparation");
        return Stream.of("common", definition.packageFamily())
                .flatMap(name -> scripts(folder.resolve(name)).stream())
                .sorted(Comparator.comparing(script -> script.getFileName().toString()))
                .toList();
    }

    /** The datasources of the golden disk: those of the definition's first hypervisor. */
    static List<String> datasources(ResolvedBuild build) {
        return build.definition().variants().values().iterator().next().datasources();
    }

    /** The scripts in a folder, sorted by file name. */
    public static List<Path> scripts(Path folder) {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".sh"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Failure.usage(
                            "Cannot read the scripts in " + folder + ": " + e,
                            "Check that the installation is complete.")
                    .because(e);
        }
    }
}
