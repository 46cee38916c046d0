package dev.cstemplates.catalog;

import dev.cstemplates.core.Architecture;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the distribution's own package tool makes the first disk, with no installer. */
public sealed interface Bootstrap {

    /** Base URL of the archive that carries {@code architecture}; a build may use another instead. */
    String mirrorFor(Architecture architecture);

    /**
     * From an archive of Debian's kind.
     *
     * @param suite release name in the archive, for example {@code bookworm}
     * @param mirror base URL of the archive, used in the finished image whatever mirror the build used
     * @param mirrorByArchitecture archives of those architectures that {@code mirror} does not carry
     * @param securityMirror base URL of the security archive; null where the archive has none of its own
     * @param suites suites of {@code mirror} beside {@code suite}, for example {@code bookworm-updates}
     * @param securitySuite suite of {@code securityMirror}; null together with it
     * @param components archive areas, for example {@code main}
     * @param keyring file on the host that holds the archive's signing keys
     * @param keyringPackage host package that brings the keyring
     */
    record Apt(
            String suite,
            String mirror,
            Map<Architecture, String> mirrorByArchitecture,
            @Nullable String securityMirror,
            List<String> suites,
            @Nullable String securitySuite,
            List<String> components,
            String keyring,
            String keyringPackage)
            implements Bootstrap {

        @Override
        public String mirrorFor(Architecture architecture) {
            return mirrorByArchitecture.getOrDefault(architecture, mirror);
        }
    }

    /**
     * From repositories of RPM packages, which belong to the system through packages of its own.
     *
     * @param mirror what all of the repositories' URLs begin with
     * @param fallbacks URLs that may stand in the place of {@code mirror}, in the order in which they are asked
     * @param repositories where packages come from, the distribution's base first; never empty
     * @param keys names of those keys of the definition that may have signed; never empty
     * @param packages those that an installer brings by itself, groups ({@code @core}) and patterns ({@code pattern:minimal_base})
     *     among them
     * @param modulePlatform platform of dnf's modules, for example {@code platform:el9}; null where the release has none
     */
    record Rpm(
            String mirror,
            List<String> fallbacks,
            List<Installer.Repository> repositories,
            List<String> keys,
            List<String> packages,
            @Nullable String modulePlatform)
            implements Bootstrap {

        @Override
        public String mirrorFor(Architecture architecture) {
            return mirror;
        }

        /** All mirrors, in the order in which they are asked. */
        public List<String> mirrors() {
            return Stream.concat(Stream.of(mirror), fallbacks.stream()).toList();
        }
    }
}
