/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.core.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A publishing process is killed as by {@code kill -9}, together with its file server; the next process completes the publication. */
class KilledProcessTest {

    private static final int SIGKILL = 137;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @ParameterizedTest
    @CsvSource({"registerTemplate, url", "createTags, url", "getUploadParamsForTemplate, upload", "copyTemplate, upload"
    })
    void theNextProcessFinishes(String lastCall, String way) throws Exception {
        try (var undisturbed = new RunRig(Files.createDirectories(folder.resolve("undisturbed")));
                var rig = new RunRig(Files.createDirectories(folder.resolve("killed")))) {
            var artifact = rig.artifact(1);
            undisturbed.publisher().publish(undisturbed.request(artifact, false, "kvm"));
            var child = new AtomicReference<Process>();
            rig.fake().faults().then(lastCall, () -> kill(child));
            synchronized (child) {
                child.set(start(rig, artifact, way));
            }
            assertThat(child.get().waitFor(3, TimeUnit.MINUTES)).isTrue();
            assertThat(child.get().exitValue())
                    .as(() -> "it says: " + read(folder.resolve("child.log")))
                    .isEqualTo(SIGKILL);

            var published = rig.publisher().publish(rig.request(artifact, way.equals("upload"), "kvm"));

            assertThat(published).allMatch(Publication::isReady);
            assertThat(rig.state()).isEqualTo(undisturbed.state());
        }
    }

    private static void kill(AtomicReference<Process> child) {
        synchronized (child) {
            child.get().destroyForcibly();
        }
    }

    private Process start(RunRig rig, Artifact artifact, String way) throws Exception {
        var admin = rig.fake().admin();
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PublishMain.class.getName(),
                        rig.fake().endpoint().toString(),
                        admin.apiKey(),
                        admin.secretKey(),
                        FileTrees.parentOf(FileTrees.parentOf(artifact.folder()))
                                .toString(),
                        artifact.reference(),
                        way)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("child.log").toFile())
                .start();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
