package dev.cstemplates.pipeline.project;

import dev.cstemplates.catalog.Bootstrap;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.SigningKey;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Installation;
import dev.cstemplates.packer.BootstrapProject;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells Packer's room how a definition's first disk is made by its own package tool. */
final class Bootstraps {

    private Bootstraps() {}

    static BootstrapProject project(ResolvedBuild build, Installation installation) {
        var definition = build.definition();
        var bootstrap = definition.bootstrap();
        if (bootstrap == null) {
            throw Failure.usage(
                    definition.id() + " can't be made by the source bootstrap",
                    "See 'cst show " + definition.id() + "' for its sources.");
        }
        var builders = installation.scripts().resolve("builders");
        return new BootstrapProject(
                build.architecture(),
                build.accelerator(),
                definition.machine().disk(),
                builders.resolve("bootstrap-" + definition.packageFamily() + ".sh"),
                helpers(bootstrap).stream().map(builders::resolve).toList(),
                switch (bootstrap) {
                    case Bootstrap.Apt apt -> fromArchive(build, apt);
                    case Bootstrap.Rpm rpm -> fromRepositories(build, rpm);
                });
    }

    /** What the builder sources. */
    private static List<String> helpers(Bootstrap bootstrap) {
        return switch (bootstrap) {
            case Bootstrap.Apt apt -> List.of("disk.sh");
            case Bootstrap.Rpm rpm -> List.of("disk.sh", "rpm.sh");
        };
    }

    /** The archive that apt's sources name in the finished system, too; other families' packages bring their repositories. */
    static Map<String, String> archive(ResolvedBuild build, Bootstrap.Apt apt) {
        var environment = new TreeMap<String, String>();
        environment.put("CST_MIRROR", apt.mirrorFor(build.architecture()));
        environment.put("CST_SECURITY_MIRROR", orEmpty(apt.securityMirror()));
        environment.putAll(suites(build, apt));
        return environment;
    }

    private static Map<String, String> fromArchive(ResolvedBuild build, Bootstrap.Apt apt) {
        var environment = new TreeMap<>(suites(build, apt));
        environment.put("CST_KEYRING", apt.keyring());
        environment.put("CST_PACKAGES", String.join(" ", packages(build)));
        return environment;
    }

    private static Map<String, String> suites(ResolvedBuild build, Bootstrap.Apt apt) {
        var mirror = build.mirror() == null ? apt.mirrorFor(build.architecture()) : build.mirror();
        var security = build.securityMirror() == null ? apt.securityMirror() : build.securityMirror();
        var environment = new TreeMap<String, String>();
        environment.put("CST_SUITE", apt.suite());
        environment.put("CST_SUITES", String.join(" ", apt.suites()));
        environment.put("CST_SECURITY_SUITE", orEmpty(apt.securitySuite()));
        environment.put("CST_COMPONENTS", String.join(" ", apt.components()));
        environment.put("CST_BUILD_MIRROR", mirror);
        environment.put("CST_BUILD_SECURITY_MIRROR", orEmpty(security));
        return environment;
    }

    private static Map<String, String> fromRepositories(ResolvedBuild build, Bootstrap.Rpm rpm) {
        var packages = new ArrayList<>(rpm.packages());
        packages.addAll(packages(build));
        var environment = new TreeMap<String, String>();
        environment.put("CST_RELEASE", release(build.definition()));
        environment.put("CST_BUILD_MIRRORS", build.mirror() == null ? String.join(" ", rpm.mirrors()) : build.mirror());
        environment.put(
                "CST_REPOSITORIES",
                rpm.repositories().stream()
                        .map(each -> each.name() + "={mirror}"
                                + each.urlFor(build.architecture())
                                        .substring(rpm.mirror().length()))
                        .collect(Collectors.joining(" ")));
        environment.put(
                "CST_KEYS",
                rpm.keys().stream()
                        .map(name -> key(
                                Objects.requireNonNull(build.definition().keys().get(name))))
                        .collect(Collectors.joining(" ")));
        environment.put("CST_MODULE_PLATFORM", orEmpty(rpm.modulePlatform()));
        environment.put("CST_PACKAGES", String.join(" ", packages));
        return environment;
    }

    private static String key(SigningKey key) {
        return key.fingerprint() + "=" + Objects.requireNonNull(key.url() == null ? key.keyring() : key.url());
    }

    /** As the package tools call it: SUSE's releases carry their product's name. */
    private static String release(Definition definition) {
        return definition.release().replaceFirst("^[a-z]+-", "");
    }

    /** All that a first disk holds, kernel and boot loaders included. */
    static List<String> packages(ResolvedBuild build) {
        var packages = new ArrayList<>(build.definition().packagesFor(build.architecture()));
        packages.add(build.target().kernelPackage());
        packages.addAll(build.target().bootloaderPackages());
        return packages;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
