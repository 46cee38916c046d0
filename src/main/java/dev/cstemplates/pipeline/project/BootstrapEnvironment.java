/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.project;

import dev.cstemplates.catalog.Bootstrap;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.media.SigningKey;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The environment variables of the builder scripts in {@code scripts/builders}, and of the preparation scripts for apt. */
final class BootstrapEnvironment {

    private BootstrapEnvironment() {}

    static SortedMap<String, String> forBuilder(ResolvedBuild build, Bootstrap bootstrap) {
        return switch (bootstrap) {
            case Bootstrap.Apt apt -> forApt(build, apt);
            case Bootstrap.Rpm rpm -> forRpm(build, rpm);
        };
    }

    /** The archive in the finished system's apt sources. In other families, packages contain the repository files. */
    static SortedMap<String, String> forPreparation(ResolvedBuild build, Bootstrap.Apt apt) {
        var environment = suites(build, apt);
        environment.put("CST_MIRROR", apt.mirrorFor(build.architecture()));
        environment.put("CST_SECURITY_MIRROR", orEmpty(apt.securityMirror()));
        return environment;
    }

    /** Everything that the first disk contains, including kernel and boot loaders. */
    static List<String> packages(ResolvedBuild build) {
        var packages = new ArrayList<>(build.definition().packagesFor(build.architecture()));
        packages.add(build.target().kernelPackage());
        packages.addAll(build.target().bootloaderPackages());
        return packages;
    }

    private static SortedMap<String, String> forApt(ResolvedBuild build, Bootstrap.Apt apt) {
        var environment = suites(build, apt);
        environment.put("CST_KEYS", keys(apt.keys()));
        environment.put("CST_PACKAGES", String.join(" ", packages(build)));
        return environment;
    }

    private static SortedMap<String, String> suites(ResolvedBuild build, Bootstrap.Apt apt) {
        var mirror = build.mirror() == null ? apt.mirrorFor(build.architecture()) : build.mirror();
        var security = build.securityMirror() == null ? apt.securityMirror() : build.securityMirror();
        return new TreeMap<>(Map.of(
                "CST_SUITE", apt.suite(),
                "CST_SUITES", String.join(" ", apt.suites()),
                "CST_SECURITY_SUITE", orEmpty(apt.securitySuite()),
                "CST_COMPONENTS", String.join(" ", apt.components()),
                "CST_BUILD_MIRROR", mirror,
                "CST_BUILD_SECURITY_MIRROR", orEmpty(security)));
    }

    private static SortedMap<String, String> forRpm(ResolvedBuild build, Bootstrap.Rpm rpm) {
        var packages = new ArrayList<>(rpm.packages());
        packages.addAll(packages(build));
        var repositories = rpm.repositories().stream()
                .map(each -> each.forArchitecture(build.architecture()))
                .map(each -> each.name() + "={mirror}"
                        + each.url().substring(rpm.mirror().length()));
        return new TreeMap<>(Map.of(
                "CST_RELEASE", release(build.definition()),
                "CST_BUILD_MIRRORS", build.mirror() == null ? String.join(" ", rpm.mirrors()) : build.mirror(),
                "CST_REPOSITORIES", repositories.collect(Collectors.joining(" ")),
                "CST_KEYS", keys(rpm.keys()),
                "CST_EXPIRED_KEYS",
                        rpm.keys().stream()
                                .filter(key -> rpm.expiredKeys().contains(key.name()))
                                .map(key -> key.fingerprint().hex())
                                .collect(Collectors.joining(" ")),
                "CST_MODULE_PLATFORM", orEmpty(rpm.modulePlatform()),
                "CST_PACKAGES", String.join(" ", packages)));
    }

    private static String keys(List<SigningKey> keys) {
        return keys.stream()
                .map(key -> key.fingerprint() + "=" + String.join("|", key.locations()))
                .collect(Collectors.joining(" "));
    }

    /** The release as the package tools call it: the release of SUSE's definitions starts with the product's name. */
    private static String release(Definition definition) {
        return definition.release().replaceFirst("^[a-z]+-", "");
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
