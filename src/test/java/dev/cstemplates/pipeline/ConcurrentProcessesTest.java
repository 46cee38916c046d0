/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.pipeline.work.WorkDir;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds, a validation and a verification under one home at once, started and killed at random moments: no process loses a file or a lock,
 * and nothing in use is swept. {@code -Dcst.chaos.minutes=20} for a long run.
 */
class ConcurrentProcessesTest {

    private static final Duration SHORT = Duration.ofSeconds(8);
    private static final Duration PHASE = Duration.ofMillis(250);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final int LOST = 1;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("cst.chaos.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, Process> running = new HashMap<>();
    private int kills;

    @Test
    @Timeout(value = 90, unit = TimeUnit.MINUTES)
    void noProcessTouchesFilesThatAnotherOneUses() throws Exception {
        var minutes = Integer.getInteger("cst.chaos.minutes", 0);
        var end = Instant.now().plus(minutes == 0 ? SHORT : Duration.ofMinutes(minutes));
        try (var farm = new Farm(folder, folder.resolve("cst.db").toString())) {
            while (Instant.now().isBefore(end)) {
                while (farm.unfinished() < 4) {
                    farm.submit();
                }
                restart("first builds", () -> farm.start("here", PHASE, HEARTBEAT));
                restart("second builds", () -> farm.start("here", PHASE, HEARTBEAT));
                restart("validation", () -> scratchUser(farm, WorkDir.Kind.VALIDATION));
                restart("verification", () -> scratchUser(farm, WorkDir.Kind.VERIFICATION));
                Thread.sleep(random.nextInt(1500));
                var names = running.keySet().stream().sorted().toList();
                kill(names.get(random.nextInt(names.size())));
            }
            kill("validation");
            kill("verification");
            kill("first builds");
            kill("second builds");
            // Opening a work directory sweeps: so a build must be left.
            farm.submit();
            assertThat(farm.start("here", PHASE, HEARTBEAT).waitFor()).isZero();

            farm.requireAllDoneAndClean("here");
            System.out.printf("seed %d, %d kills: %s%n", seed, kills, farm.counts());
        } finally {
            running.values().forEach(Process::destroyForcibly);
        }
    }

    /** Starts one of the processes. */
    private interface Starter {
        Process start() throws IOException;
    }

    private void restart(String name, Starter starter) throws IOException {
        var process = running.get(name);
        if (process == null || !process.isAlive()) {
            requireNothingLost(name, process);
            running.put(name, starter.start());
        }
    }

    private void kill(String name) throws InterruptedException {
        var process = running.remove(name);
        if (process != null) {
            var ended = !process.isAlive();
            process.destroyForcibly().waitFor();
            if (ended) {
                requireNothingLost(name, process);
            }
            kills++;
        }
    }

    private static void requireNothingLost(String name, @Nullable Process process) {
        if (process != null) {
            assertThat(process.exitValue()).as(name).isNotEqualTo(LOST);
        }
    }

    private static Process scratchUser(Farm farm, WorkDir.Kind kind) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ScratchUserMain.class.getName(),
                        farm.home("here").root().toString(),
                        kind.name())
                .inheritIO()
                .start();
    }
}
