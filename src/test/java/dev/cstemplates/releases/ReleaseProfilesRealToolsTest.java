/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.releases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every script on the profile of every release: installation, preparation, clean-up, variants and offline checks, in a system on a disk
 * image whose commands know only what the release's profile says. {@code -Dcst.releases} limits it to the rows that a regular expression
 * matches, {@code "debian-.* iso .*"} for example.
 */
@Tag("real-tools")
class ReleaseProfilesRealToolsTest {

    private static final Path PROGRAMS = Path.of("target/release-programs").toAbsolutePath();
    private static final Processes PROCESSES = new Processes();
    private static final Faults FAULTS = Faults.read();

    @TempDir
    Path work;

    @BeforeAll
    static void unpackPrograms() {
        Assumptions.assumeTrue(
                System.getProperty("user.name").equals("root"), "SKIPPED: only root can mount a disk image");
        PROCESSES.check(
                Command.of("bash", ReleaseProfile.FOLDER.resolve("programs.sh").toString(), PROGRAMS.toString()));
    }

    @AfterAll
    static void end() {
        PROCESSES.close();
    }

    static Stream<ReleaseRow> rows() {
        return ReleaseRow.withProfile().filter(row -> row.toString().matches(System.getProperty("cst.releases", ".*")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void everyScriptWorksAndEveryFaultIsFound(ReleaseRow row) throws IOException {
        var profile = ReleaseProfile.of(row.definition().id()).orElseThrow();
        var run = new ReleaseRun(row, profile, work);
        var steps = run.run(PROCESSES, PROGRAMS, FAULTS);

        assertThat(failed(steps)).as("scripts").isEmpty();
        var checks = run.checks().result(steps.get("checks").lines()).checks();
        assertThat(texts(checks, check -> check.status() == Status.FAILED))
                .as("failed checks")
                .isEmpty();
        assertThat(steps.get("remaining").lines()).as("left by the clean-up").isEmpty();
        assertThat(steps.get("again").lines())
                .as("changed by a second clean-up")
                .isEmpty();
        if (steps.containsKey("serial")) {
            assertThat(steps.get("serial").lines()).containsExactly("cst: the installation is complete");
        }
        assertThat(steps.get("planting").lines()).isEmpty();
        findsFaults(row, run.checks().result(steps.get("faults").lines()).checks());
    }

    private static void findsFaults(ReleaseRow row, List<CheckResult> checks) {
        var softly = new SoftAssertions();
        for (var fault : FAULTS.of(row)) {
            var found = texts(checks, check -> check.id().equals(fault.check()) && check.status() == Status.FAILED);
            softly.assertThat(found).as(fault.check()).contains(fault.says());
        }
        softly.assertAll();
    }

    private static String failed(Map<String, ReleaseRun.Step> steps) {
        return steps.entrySet().stream()
                .filter(step -> step.getValue().exitCode() != 0)
                .map(step -> step.getKey() + " ended with " + step.getValue().exitCode() + ":\n"
                        + String.join("\n", step.getValue().lines()))
                .collect(Collectors.joining("\n"));
    }

    private static String texts(List<CheckResult> checks, Predicate<CheckResult> which) {
        return checks.stream()
                .filter(which)
                .map(check -> check.id() + ": " + check.detail())
                .collect(Collectors.joining("\n"));
    }
}
