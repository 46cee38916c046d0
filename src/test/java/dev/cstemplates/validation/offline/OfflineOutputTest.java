/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.validation.report.InstalledPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OfflineOutputTest {

    private static final CheckScript SCRIPT = CheckScript.of("common/a.sh", "# checks: a.one a.two\n");

    @TempDir
    private Path folder;

    @Test
    void readsChecksFactsAndPackages() {
        var outcome = read(
                "{\"script\":\"common/a.sh\"}",
                "{\"check\":\"a.one\",\"status\":\"pass\",\"title\":\"One\",\"detail\":\"\"}",
                "{\"check\":\"a.two\",\"status\":\"warn\",\"title\":\"Two\",\"detail\":\"x\\ny\"}",
                "{\"fact\":\"kernel\",\"value\":\"6.1\"}",
                "{\"package\":\"dpkg\",\"version\":\"1.21\",\"architecture\":\"amd64\",\"size\":2048}",
                "",
                "{\"ended\":0}");
        assertThat(outcome.checks())
                .containsExactly(
                        new CheckResult("a.one", "One", Status.PASSED, ""),
                        new CheckResult("a.two", "Two", Status.WARNING, "x\ny"));
        assertThat(outcome.facts()).containsEntry("kernel", "6.1");
        assertThat(outcome.packages()).containsExactly(new InstalledPackage("dpkg", "1.21", "amd64", 2048));
    }

    @Test
    void failsEveryCheckOfAScriptThatNeverRan() {
        assertThat(read().checks()).extracting(CheckResult::id).containsExactly("a.one", "a.two");
        assertThat(read().checks()).extracting(CheckResult::status).containsOnly(Status.FAILED);
    }

    @Test
    void failsChecksThatAnAbortedScriptDidNotReport() {
        var outcome = read(
                "{\"script\":\"common/a.sh\"}",
                "{\"check\":\"a.one\",\"status\":\"pass\",\"title\":\"One\",\"detail\":\"\"}",
                "check: line 3: grep: command not found",
                "{\"ended\":127}");
        var two = outcome.checks().getLast();
        assertThat(two.id()).isEqualTo("a.two");
        assertThat(two.status()).isEqualTo(Status.FAILED);
        assertThat(two.detail()).contains("exited with code 127", "grep: command not found");
    }

    @Test
    void failsAScriptThatAbortsAfterItsLastCheck() {
        assertThat(read(
                                "{\"script\":\"common/a.sh\"}",
                                "{\"check\":\"a.one\",\"status\":\"pass\",\"title\":\"\",\"detail\":\"\"}",
                                "{\"check\":\"a.two\",\"status\":\"pass\",\"title\":\"\",\"detail\":\"\"}",
                                "{\"ended\":1}")
                        .checks())
                .filteredOn(check -> check.status() == Status.FAILED)
                .extracting(CheckResult::id)
                .containsExactly("offline.common.a");
    }

    @Test
    void failsUndeclaredAndRepeatedReports() {
        var outcome = read(
                "{\"script\":\"common/a.sh\"}",
                "{\"check\":\"a.one\",\"status\":\"fail\",\"title\":\"\",\"detail\":\"\"}",
                "{\"check\":\"a.one\",\"status\":\"pass\",\"title\":\"\",\"detail\":\"\"}",
                "{\"check\":\"a.two\",\"status\":\"pass\",\"title\":\"\",\"detail\":\"\"}",
                "{\"check\":\"b\",\"status\":\"pass\",\"title\":\"\",\"detail\":\"\"}",
                "{\"ended\":0}");
        assertThat(outcome.checks().getLast().status()).isEqualTo(Status.FAILED);
        assertThat(outcome.checks().getLast().detail()).contains("a.one, b");
    }

    @Test
    void treatsAnUnknownStatusAsFailed() {
        var outcome = read(
                "{\"script\":\"common/a.sh\"}",
                "{\"check\":\"a.one\",\"status\":\"fine\"}",
                "{broken",
                "{\"ended\":0}");
        assertThat(outcome.checks().getFirst().status()).isEqualTo(Status.FAILED);
    }

    @Test
    void rejectsAScriptThatDeclaresNoChecks() {
        assertThatThrownBy(() -> CheckScript.of("common/b.sh", "echo\n"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("common/b.sh");
    }

    @Test
    void rejectsAPackageFamilyWithoutChecks() throws IOException {
        Files.createDirectories(folder.resolve("common"));
        for (var family : List.of("pacman", "../common", "")) {
            assertThatThrownBy(() -> CheckScript.read(folder, family))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("No offline checks");
        }
    }

    private static OfflineValidation.OfflineResult read(String... lines) {
        var output = new OfflineOutput();
        List.of(lines).forEach(output::accept);
        return output.result(List.of(SCRIPT));
    }
}
