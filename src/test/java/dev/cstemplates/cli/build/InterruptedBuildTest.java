/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Ctrl-C during a build: it is cancelled, and its outcome is reported before the process ends. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class InterruptedBuildTest {

    private static final int INTERRUPTED = 130;

    @TempDir
    Path folder;

    record Result(int exitCode, String out, String err) {}

    @Test
    void ctrlCPrintsTheJsonResult() throws Exception {
        var result = interrupt(true);

        assertThat(result.exitCode()).isEqualTo(INTERRUPTED);
        var build = JsonMapper.shared().readTree(result.out()).path(0);
        assertThat(build.path("id").asString("")).isEqualTo("debian-12");
        assertThat(build.path("outcome").asString("")).isEqualTo("cancelled");
    }

    @Test
    void ctrlCPrintsTheReport() throws Exception {
        var result = interrupt(false);

        assertThat(result.exitCode()).isEqualTo(INTERRUPTED);
        assertThat(result.err()).contains("error: debian-12: ", "cancelled").doesNotContain("Exception");
    }

    /** Starts a build in a JVM of its own and sends it SIGINT, as a terminal does on Ctrl-C, when its phase runs. */
    private Result interrupt(boolean json) throws IOException, InterruptedException {
        var home = Files.createDirectory(folder.resolve("home"));
        // A test run in the background may have SIGINT ignored, which children would inherit.
        var process = new ProcessBuilder(
                        "env",
                        "--default-signal=INT",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InterruptedBuildMain.class.getName(),
                        home.toString(),
                        Boolean.toString(json))
                .start();
        try (var out = process.inputReader();
                var err = process.errorReader()) {
            var progress = json ? err : out;
            var before = linesUntil(progress, "install starts");
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            var outText = out.readAllAsString();
            var errText = err.readAllAsString();
            return new Result(process.waitFor(), json ? outText : before + outText, json ? before + errText : errText);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Reads up to the line that contains {@code text}. */
    private static String linesUntil(BufferedReader reader, String text) throws IOException {
        var read = new StringBuilder();
        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
            read.append(line).append('\n');
            if (line.contains(text)) {
                return read.toString();
            }
        }
        throw new AssertionError("'" + text + "' was never printed: " + read);
    }
}
