/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Several {@code cst} processes with one home and a real build. */
@Tag("real-tools")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class BuildProcessesRealTest {

    private static final String NO_MIRROR = "http://127.0.0.1:9/debian";

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    /** A failed test must not leave its processes to the tests that follow. */
    @AfterEach
    void stop() throws InterruptedException {
        started.forEach(Process::destroy);
        for (var process : started) {
            process.waitFor();
        }
    }

    @Test
    void ofTwoConcurrentBuildsOneReusesTheLayerOfTheOther() throws Exception {
        var cst = new Cst(folder.resolve("home"));
        var runs = List.of("one", "other").stream().map(this::folder).toList();
        var processes = Stream.of(0, 1)
                .map(i -> start(cst, runs.get(i), "build", SharedImage.ID, "--until", "install", "--json"))
                .toList();

        var phasesRun = 0;
        for (var i = 0; i < 2; i++) {
            var result = cst.result(processes.get(i), runs.get(i));
            assertThat(result.exitCode()).as(result.err()).isZero();
            phasesRun += JsonMapper.shared()
                    .readTree(result.out())
                    .path(0)
                    .path("phasesRun")
                    .asInt(-100);
        }

        assertThat(phasesRun).isEqualTo(1);
        try (var layers = Files.list(cst.home().resolve("layers/install"))) {
            assertThat(layers).hasSize(1);
        }
    }

    @Test
    void aWorkerTakesBuildsOfItsLabelAndReturnsThemOnASignal() throws Exception {
        var cst = new Cst(folder.resolve("home"));
        var workerFiles = folder("worker");
        var worker = start(cst, workerFiles, "worker", "--label", "fast-disk", "--grace-period", "1");
        Cst.awaitLine(workerFiles.resolve("out"), "Taking builds from", worker);

        var failed =
                cst.run("build", SharedImage.ID, "--until", "install", "--mirror", NO_MIRROR, "--queue", "fast-disk");
        assertThat(failed.exitCode()).isEqualTo(4);
        assertThat(failed.err()).contains(NO_MIRROR);

        var buildFiles = folder("build");
        var build = start(cst, buildFiles, "build", SharedImage.ID, "--until", "install", "--queue", "fast-disk");
        Cst.awaitLine(buildFiles.resolve("out"), "install |", build);
        worker.toHandle().destroy();
        assertThat(worker.waitFor(3, TimeUnit.MINUTES)).isTrue();

        assertThat(cst.run("status").out()).contains("queued");
        assertThat(cst.programs()).noneMatch(line -> line.contains("mmdebstrap") || line.contains("packer"));
        assertThat(cst.run("cancel", SharedImage.ID).exitCode()).isZero();
        assertThat(cst.result(build, buildFiles).exitCode()).isEqualTo(130);
    }

    private Path folder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(Cst cst, Path files, String... arguments) {
        try {
            var process = cst.start(Map.of(), files, arguments);
            started.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
