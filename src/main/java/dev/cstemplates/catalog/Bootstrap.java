/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.media.SigningKey;
import dev.cstemplates.packer.answers.PackageRepository;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the distribution's package tool creates the first disk without an installer. */
public sealed interface Bootstrap {

    /** Base URL of the archive for {@code architecture}; a build may override it. */
    String mirrorFor(Architecture architecture);

    /** Keys that may have signed the archive or its packages; never empty. */
    List<SigningKey> keys();

    /**
     * From a Debian-style archive.
     *
     * @param suite release name in the archive, for example {@code bookworm}
     * @param mirror base URL of the archive; the finished image uses it whatever mirror the build used
     * @param mirrorByArchitecture archives of the architectures that {@code mirror} does not carry
     * @param securityMirror base URL of a separate security archive; null if there is none
     * @param suites suites of {@code mirror} in addition to {@code suite}, for example {@code bookworm-updates}
     * @param securitySuite suite of {@code securityMirror}; null together with it
     * @param components archive areas, for example {@code main}
     * @param keys keys that may have signed the archive's indexes; never empty
     */
    record Apt(
            String suite,
            String mirror,
            Map<Architecture, String> mirrorByArchitecture,
            @Nullable String securityMirror,
            List<String> suites,
            @Nullable String securitySuite,
            List<String> components,
            List<SigningKey> keys)
            implements Bootstrap {

        @Override
        public String mirrorFor(Architecture architecture) {
            return mirrorByArchitecture.getOrDefault(architecture, mirror);
        }
    }

    /**
     * From RPM repositories. The finished system gets its repository files from the distribution's own packages.
     *
     * @param mirror common prefix of the repositories' URLs
     * @param fallbacks URLs that can replace {@code mirror}, tried in this order
     * @param repositories package repositories, the distribution's base first; never empty
     * @param keys keys that may have signed; never empty
     * @param expiredKeys names of those that have expired, with which packages were signed before
     * @param packages what an installer would install by itself, including groups ({@code @core}) and patterns ({@code
     *     pattern:minimal_base})
     * @param modulePlatform platform of dnf's modules, for example {@code platform:el9}; null if the release has no modules
     */
    record Rpm(
            String mirror,
            List<String> fallbacks,
            List<PackageRepository> repositories,
            List<SigningKey> keys,
            List<String> expiredKeys,
            List<String> packages,
            @Nullable String modulePlatform)
            implements Bootstrap {

        @Override
        public String mirrorFor(Architecture architecture) {
            return mirror;
        }

        /** All mirrors in the order in which they are tried. */
        public List<String> mirrors() {
            return Stream.concat(Stream.of(mirror), fallbacks.stream()).toList();
        }
    }
}
