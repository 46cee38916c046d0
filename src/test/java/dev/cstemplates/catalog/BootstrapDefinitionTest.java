/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.host.Installation;
import dev.cstemplates.packer.answers.PackageRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Definitions with repositories of RPM packages. */
class BootstrapDefinitionTest {

    private static final String REPOSITORIES = Shelf.WITH_ISO
            .replace("packageFamily: apt", "packageFamily: dnf")
            .replaceAll("(?s)bootstrap:\n.*?(?=packages: \\[cloud-init\\]\nguest)", """
                bootstrap:
                  mirror: https://vendor.example
                  fallbacks: [https://mirror.example/vendor]
                  keys: [vendor]
                  packages: [plain-release, "@core", "pattern:base"]
                """);

    @TempDir
    private Path folder;

    private Shelf shelf;

    @BeforeEach
    void createShelf() throws IOException {
        shelf = Shelf.in(folder);
    }

    @Test
    void theInstallersRepositoriesAreTheDefault() throws IOException {
        shelf.put("plain/1", REPOSITORIES);
        assertThat(shelf.catalog().problems()).isEmpty();
        assertThat(shelf.catalog().definition("plain-1").bootstrap())
                .isEqualTo(new Bootstrap.Rpm(
                        "https://vendor.example",
                        List.of("https://mirror.example/vendor"),
                        List.of(new PackageRepository("BaseOS", "https://vendor.example/{arch}/os/")),
                        List.of(Objects.requireNonNull(
                                shelf.catalog().definition("plain-1").keys().get("vendor"))),
                        List.of(),
                        List.of("plain-release", "@core", "pattern:base"),
                        null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        keys: [vendor]                  | keys: [vendor]\\n  expiredKeys: [old]   | the key 'old' is not in 'keys' above
        keys: [vendor]                  | keys: [vendro]                 | there is no key 'vendro' in 'keys'; did you mean 'vendor'?
        mirror: https://vendor.example  | mirror: https://other.example  | the URL of repository 'BaseOS' does not start with it
        packages: [plain-release,       | packages: ["-y",               | bootstrap.packages[0]: expected the form
        fallbacks:                      | suites: [one]\\n  fallbacks:   | bootstrap.suites: a list is not allowed here
        keys: [vendor]                  | modulePlatform: platform:p2    | the key 'keys' is missing
        """)
    void contradictionsAreReported(String here, String instead, String problem) throws IOException {
        var start = REPOSITORIES.indexOf("bootstrap:");
        var changed = REPOSITORIES.substring(0, start)
                + REPOSITORIES.substring(start).replace(here, instead.replace("\\n", "\n"));
        shelf.put("plain/1", changed);
        assertThat(shelf.catalog().problems())
                .extracting(Problem::explanation)
                .anySatisfy(explanation -> assertThat(explanation).contains(problem));
    }

    /** Free distributions have a bootstrap; those that require a subscription do not. */
    @Test
    void allFreeDistributionsHaveABootstrap() {
        var catalog = Catalog.load(new Installation(Path.of("").toAbsolutePath()));
        for (var definition : catalog.definitions()) {
            var isSold =
                    definition.family().equals("rhel") || definition.release().startsWith("sles");
            assertThat(definition.bootstrap() == null).as(definition.id()).isEqualTo(isSold);
            if (definition.bootstrap() instanceof Bootstrap.Rpm rpm) {
                assertThat(rpm.keys())
                        .as(definition.id())
                        .allSatisfy(key -> assertThat(key.url()).hasScheme("https"));
            }
        }
    }
}
