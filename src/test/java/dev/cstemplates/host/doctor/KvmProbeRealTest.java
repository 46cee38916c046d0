/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("real-tools")
class KvmProbeRealTest {

    @Test
    void comesToADefiniteAnswerWithinSeconds(@TempDir Path folder) {
        var home = new CstHome(folder);
        var host = Host.ofThisProcess();
        try (var processes = new Processes()) {
            var started = System.nanoTime();
            var verdict = new KvmProbe(host, processes, home, KvmProbe.LIMIT).verdict();
            var elapsed = Duration.ofNanos(System.nanoTime() - started);

            assertThat(elapsed).isLessThan(Duration.ofSeconds(30));
            assertThat(verdict.accelerator() == Accelerator.KVM)
                    .isEqualTo(verdict.reason().isEmpty());

            var again = System.nanoTime();
            assertThat(new KvmProbe(host, processes, home, KvmProbe.LIMIT).verdict())
                    .isEqualTo(verdict);
            assertThat(Duration.ofNanos(System.nanoTime() - again)).isLessThan(Duration.ofSeconds(3));
        }
    }
}
