/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code scripts/real-media.sh} with a stub cst. */
class RealMediaScriptTest {

    /** {@code good} builds, {@code bad} fails with a console, {@code away} has a server that does not answer, {@code hung} hits the limit. */
    private static final String STUB = """
        #!/bin/bash
        architecture=$(uname -m)
        if [ "$1" = list ]; then
            printf '['
            for id in good bad away hung; do
                printf '{"id": "%s", "architectures": ["%s"], "buildable": ["bootstrap", "iso"]},' "$id" "$architecture"
            done
            printf '{"id": "other", "architectures": ["other"], "buildable": ["iso"]}]'
            exit
        fi
        home=$2 command=$3
        if [ "$command" = check ]; then
            status=pass
            [ "$5" != away ] || status=fail
            printf '[{"definition": "%s", "check": "%s iso", "status": "%s", "detail": "404", "fix": "Look."}]' "$5" "$architecture" "$status"
            exit
        fi
        mkdir -p "$home/builds/b1/install/project"
        printf 'booting\\nKernel panic\\n' >"$home/builds/b1/install/project/serial.log"
        printf report >"$home/builds/b1/report.html"
        case $4 in
            good) printf '[{"id": "good", "outcome": "built"}]' ;;
            bad) printf '[{"id": "bad", "outcome": "failed", "error": "It broke | here\\\\nmore", "remedy": "Repair it."}]' && exit 1 ;;
            away) printf '[{"id": "away", "outcome": "failed", "error": "No answer", "remedy": ""}]' && exit 4 ;;
            hung) exec sleep 60 ;;
        esac
        """;

    @TempDir
    Path folder;

    record Result(int exitCode, String output) {}

    @Test
    void theMatrixHasEveryDefinitionAndSourceOfThisArchitecture() throws Exception {
        assertThat(run("--matrix").output()).contains("""
            {"include":[{"id":"good","source":"bootstrap"},{"id":"good","source":"iso"},{"id":"bad","source":"bootstrap"}\
            """).doesNotContain("other");
        assertThat(run("--matrix", "bad").output().strip()).isEqualTo("""
            {"include":[{"id":"bad","source":"bootstrap"},{"id":"bad","source":"iso"}]}\
            """);
    }

    @Test
    void anUnknownDefinitionStopsBeforeAnythingRuns() throws Exception {
        var result = run("--out", folder.resolve("out").toString(), "good", "nope");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output()).contains("no definition 'nope'");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aSuccessKeepsReportAndLogs() throws Exception {
        var result = run("--out", folder.resolve("out").toString(), "good");

        assertThat(result.exitCode()).isZero();
        assertThat(result.output())
                .containsPattern("\\| good \\| bootstrap \\| passed \\| built \\| \\d+ \\|  \\|")
                .contains("2 of 2 built and validated.");
        assertThat(folder.resolve("out/results/good-iso/logs/b1/report.html")).exists();
        assertThat(folder.resolve("out/results/good-iso/issue.md")).doesNotExist();
        assertThat(folder.resolve("out/results/good-iso/home")).doesNotExist();
    }

    @Test
    void aFailedBuildLeavesAnIssueReadyToFile() throws Exception {
        var result = run("--out", folder.resolve("out").toString(), "--source", "iso", "bad", "good");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output())
                .contains("| bad | iso | passed | failed | ", "| It broke \\| here |", "1 of 2 built and validated.");
        assertThat(folder.resolve("out/results/bad-iso/issue.md"))
                .content()
                .contains(
                        "# bad from iso (", "It broke | here\nmore\nRepair it.", "Kernel panic", "Everything passed.");
    }

    @Test
    void aServerThatDoesNotAnswerFailsOnlyTheSourceThatNeedsIt() throws Exception {
        var result = run("--out", folder.resolve("out").toString(), "away");

        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.output()).contains("| away | bootstrap | passed |", "| away | iso | failed |");
        assertThat(folder.resolve("out/results/away-iso/issue.md")).content().contains(" iso: fail: 404 Look.");
    }

    @Test
    void aBuildThatHangsIsStoppedAtItsLimit() throws Exception {
        var result = run("--out", folder.resolve("out").toString(), "--source", "iso", "hung");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("| Stopped after the limit of 0.5s |");
    }

    private Result run(String... arguments) throws IOException, InterruptedException {
        var stub = folder.resolve("cst");
        Files.writeString(stub, STUB);
        assertThat(stub.toFile().setExecutable(true)).isTrue();
        var command = new ArrayList<>(List.of("bash", "scripts/real-media.sh"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CST", stub.toString());
        builder.environment().put("REAL_MEDIA_LIMIT", List.of(arguments).contains("hung") ? "0.5s" : "1m");
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
