package dev.cstemplates.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed at random moments: {@code -Dcst.kills=100} for a long run. */
class KilledWorkersTest {

    private static final Duration PHASE = Duration.ofMillis(250);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void theNextWorkerContinuesBuildsAtOnceAndUsesNoPartialResults() throws Exception {
        var kills = Integer.getInteger("cst.kills", 3);
        var random = new Random();
        try (var farm = new Farm(folder, folder.resolve("cst.db").toString())) {
            for (var i = 0; i < kills; i++) {
                while (farm.unfinished() < 3) {
                    farm.submit();
                }
                var worker = farm.start("here", PHASE, HEARTBEAT);
                // Waits for progress, not for a time: the machine may be busy.
                farm.awaitEvents(random.nextInt(15));
                Thread.sleep(random.nextInt(200));
                worker.destroyForcibly().waitFor();
            }
            var unfinished = farm.unfinished();
            var start = System.nanoTime();
            assertThat(farm.start("here", PHASE, HEARTBEAT).waitFor()).isZero();
            var rest = Duration.ofNanos(System.nanoTime() - start);

            farm.requireAllDoneAndClean("here");
            System.out.printf(
                    "%d kills: %s; the %d unfinished builds ended %d ms after the last restart%n",
                    kills, farm.counts(), unfinished, rest.toMillis());
        }
    }
}
