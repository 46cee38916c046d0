package dev.cstemplates.pipeline;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.host.Architecture;
import dev.cstemplates.host.Failure;
import dev.cstemplates.host.Firmware;
import dev.cstemplates.host.Installation;
import dev.cstemplates.packer.BootstrapProject;
import dev.cstemplates.packer.InstallerProject;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PrepareProject;
import dev.cstemplates.packer.answers.InstallPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells Packer's room, in its own words, what a definition wants built. */
public final class Projects {

    private final Installation installation;

    public Projects(Installation installation) {
        this.installation = installation;
    }

    /**
     * Everything that a build gives to Packer, in order.
     *
     * @param registration what proves a subscription, for this build only; null without one
     */
    public List<PackerProject> of(BuildSpec build, InstallPlan.@Nullable Registration registration) {
        return switch (build.source()) {
            case ISO -> List.of(installer(build, registration), prepare(build));
            case BOOTSTRAP -> List.of(bootstrap(build), prepare(build));
            // The vendor's image is the first disk.
            case IMAGE -> List.of(prepare(build));
        };
    }

    /** The first disk, from packages of the mirrors that the build names. */
    public BootstrapProject bootstrap(BuildSpec build) {
        var bootstrap = bootstrapOf(build);
        var environment = new TreeMap<String, String>();
        environment.put("CST_SUITE", bootstrap.suite());
        environment.put("CST_SUITES", String.join(" ", bootstrap.suites()));
        environment.put("CST_SECURITY_SUITE", orEmpty(bootstrap.securitySuite()));
        environment.put("CST_COMPONENTS", String.join(" ", bootstrap.components()));
        environment.put("CST_KEYRING", bootstrap.keyring());
        environment.put("CST_PACKAGES", String.join(" ", allPackages(build)));
        environment.putAll(buildMirrors(build, bootstrap));
        return new BootstrapProject(
                build.architecture(),
                build.accelerator(),
                build.definition().machine().disk(),
                installation
                        .scripts()
                        .resolve("builders")
                        .resolve("bootstrap-" + build.definition().packageFamily() + ".sh"),
                environment);
    }

    /**
     * The first disk, from the vendor's installer.
     *
     * @param registration what proves a subscription, for this build only; null without one
     */
    public InstallerProject installer(BuildSpec build, InstallPlan.@Nullable Registration registration) {
        return Installers.project(build, registration, installation);
    }

    /** The preparation of a base disk, whatever source it came from. */
    public PrepareProject prepare(BuildSpec build) {
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
                                ? allPackages(build)
                                : definition.packagesFor(build.architecture())));
        environment.put("CST_DATASOURCES", String.join(", ", datasources(build)));
        if (definition.bootstrap() != null) {
            environment.putAll(archive(build, definition.bootstrap()));
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

    /** The archive that apt's sources name: other families' packages bring their repositories themselves. */
    private static Map<String, String> archive(BuildSpec build, Definition.Bootstrap bootstrap) {
        var environment = new TreeMap<String, String>();
        environment.put("CST_MIRROR", bootstrap.mirrorFor(build.architecture()));
        environment.put("CST_SECURITY_MIRROR", orEmpty(bootstrap.securityMirror()));
        environment.put("CST_SUITE", bootstrap.suite());
        environment.put("CST_SUITES", String.join(" ", bootstrap.suites()));
        environment.put("CST_SECURITY_SUITE", orEmpty(bootstrap.securitySuite()));
        environment.put("CST_COMPONENTS", String.join(" ", bootstrap.components()));
        environment.putAll(buildMirrors(build, bootstrap));
        return environment;
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
    static List<String> datasources(BuildSpec build) {
        return build.definition().variants().values().iterator().next().datasources();
    }

    /** The scripts of a folder, in the order of their names. */
    static List<Path> scripts(Path folder) {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".sh"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Failure.usage("The scripts in " + folder + " can't be read: " + e, "Is the installation whole?")
                    .because(e);
        }
    }

    private static Map<String, String> buildMirrors(BuildSpec build, Definition.Bootstrap bootstrap) {
        var mirror = build.mirror() == null ? bootstrap.mirrorFor(build.architecture()) : build.mirror();
        var security = build.securityMirror() == null ? bootstrap.securityMirror() : build.securityMirror();
        return Map.of("CST_BUILD_MIRROR", mirror, "CST_BUILD_SECURITY_MIRROR", orEmpty(security));
    }

    private static List<String> allPackages(BuildSpec build) {
        var packages = new ArrayList<>(build.definition().packagesFor(build.architecture()));
        packages.add(build.target().kernelPackage());
        packages.addAll(build.target().bootloaderPackages());
        return packages;
    }

    private static Definition.Bootstrap bootstrapOf(BuildSpec build) {
        var bootstrap = build.definition().bootstrap();
        if (bootstrap == null) {
            throw Failure.usage(
                    build.definition().id() + " can't be made by the source bootstrap",
                    "See 'cst show " + build.definition().id() + "' for its sources.");
        }
        return bootstrap;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
