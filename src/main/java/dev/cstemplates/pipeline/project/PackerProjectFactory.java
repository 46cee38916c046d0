package dev.cstemplates.pipeline.project;

import dev.cstemplates.catalog.Bootstrap;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.host.Installation;
import dev.cstemplates.packer.BootstrapProject;
import dev.cstemplates.packer.InstallerProject;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PrepareProject;
import dev.cstemplates.packer.answers.InstallerAnswers;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells Packer's room, in its own words, what a definition wants built. */
public final class PackerProjectFactory {

    private final Installation installation;

    public PackerProjectFactory(Installation installation) {
        this.installation = installation;
    }

    /**
     * Everything that a build gives to Packer, in order.
     *
     * @param registration what proves a subscription, for this build only; null without one
     */
    public List<PackerProject> of(ResolvedBuild build, InstallerAnswers.@Nullable Registration registration) {
        return switch (build.source()) {
            case ISO -> List.of(installer(build, registration), prepare(build));
            case BOOTSTRAP -> List.of(bootstrap(build), prepare(build));
            // The vendor's image is the first disk.
            case IMAGE -> List.of(prepare(build));
        };
    }

    /** The first disk, from packages of the mirrors that the build names. */
    public BootstrapProject bootstrap(ResolvedBuild build) {
        return Bootstraps.project(build, installation);
    }

    /**
     * The first disk, from the vendor's installer.
     *
     * @param registration what proves a subscription, for this build only; null without one
     */
    public InstallerProject installer(ResolvedBuild build, InstallerAnswers.@Nullable Registration registration) {
        return Installers.project(build, registration, installation);
    }

    /** The preparation of a base disk, whatever source it came from. */
    public PrepareProject prepare(ResolvedBuild build) {
        var definition = build.definition();
        var environment = new TreeMap<String, String>();
        environment.put("CST_DEFAULT_USER", definition.guest().defaultUser());
        environment.put(
                "CST_PASSWORD_ENABLED", Boolean.toString(definition.guest().passwordEnabled()));
        environment.put("CST_LOCALE", definition.guest().locale());
        environment.put("CST_TIMEZONE", definition.guest().timezone());
        // A vendor's image may have another kernel, which lacks drivers, and boot loaders for one firmware only.
        environment.put(
                "CST_PACKAGES",
                String.join(
                        " ",
                        build.source() == Source.IMAGE
                                ? Bootstraps.packages(build)
                                : definition.packagesFor(build.architecture())));
        environment.put("CST_DATASOURCES", String.join(", ", datasources(build)));
        if (definition.bootstrap() instanceof Bootstrap.Apt apt) {
            environment.putAll(Bootstraps.archive(build, apt));
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

    /** What all families have in common and what only this one does, in the order of their names. */
    private List<Path> preparation(Definition definition) {
        var folder = installation.scripts().resolve("preparation");
        return Stream.of("common", definition.packageFamily())
                .flatMap(name -> scripts(folder.resolve(name)).stream())
                .sorted(Comparator.comparing(script -> script.getFileName().toString()))
                .toList();
    }

    /** The datasources of the golden disk: those of the first hypervisor that the definition names. */
    static List<String> datasources(ResolvedBuild build) {
        return build.definition().variants().values().iterator().next().datasources();
    }

    /** The scripts of a folder, in the order of their names. */
    public static List<Path> scripts(Path folder) {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".sh"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Failure.usage("The scripts in " + folder + " can't be read: " + e, "Is the installation whole?")
                    .because(e);
        }
    }
}
