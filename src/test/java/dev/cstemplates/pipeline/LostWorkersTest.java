/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.engine.BuildState;
import dev.cstemplates.engine.PostgresCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts on a real PostgreSQL, in two processes: one of them, or the database, fails. */
@Tag("real-tools")
class LostWorkersTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void anotherWorkerContinuesABuildWithinAMinuteAndThePausedOneChangesNothingWhenItResumes() throws Exception {
        try (var cluster = new PostgresCluster();
                var farm = new Farm(folder, cluster.url())) {
            var id = farm.submit();
            var paused = farm.start("first", Duration.ofSeconds(6), HEARTBEAT);
            await(() -> "prepare".equals(farm.build(id).phase()));
            Farm.signal("STOP", paused);
            var lost = Instant.now();
            var other = farm.start("second", Duration.ofMillis(100), HEARTBEAT);
            await(() -> "second".equals(farm.build(id).host()));
            var gap = Duration.between(lost, Instant.now());
            assertThat(other.waitFor()).isZero();
            var done = farm.build(id);
            var events = farm.builds().events(id, 0).size();

            Farm.signal("CONT", paused);
            assertThat(paused.waitFor()).isZero();

            assertThat(done.state()).isEqualTo(BuildState.DONE);
            assertThat(farm.build(id)).isEqualTo(done);
            assertThat(farm.builds().events(id, 0)).hasSize(events);
            assertThat(farm.home("first").layers().resolve("prepare")).doesNotExist();
            assertThat(farm.home("first").work()).isEmptyDirectory();
            farm.requireAllDoneAndClean("second");
            System.out.printf("another host continued the build of a paused worker after %d s%n", gap.toSeconds());
            assertThat(gap).isLessThan(Duration.ofMinutes(1));
        }
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void buildsSurviveTheDatabasesRestart() throws Exception {
        try (var cluster = new PostgresCluster();
                var farm = new Farm(folder, cluster.url())) {
            for (var i = 0; i < 4; i++) {
                farm.submit();
            }
            var worker = farm.start("first", Duration.ofMillis(1500), HEARTBEAT);
            await(() -> farm.builds().withState(BuildState.RUNNING).stream()
                    .anyMatch(build -> Objects.equals(build.phase(), "prepare")));
            cluster.kill();
            Thread.sleep(3000);
            cluster.start();

            assertThat(worker.waitFor()).isZero();

            farm.requireAllDoneAndClean("first");
            System.out.println("PostgreSQL was killed and restarted: " + farm.counts());
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(50);
        }
    }
}
