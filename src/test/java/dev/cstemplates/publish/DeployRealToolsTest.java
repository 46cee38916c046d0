/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.SharedImage;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The deploy test of a built template, against a real guest that the fake's host boots behind the emulated router. */
@Tag("real-tools")
@Tag("shared-image")
class DeployRealToolsTest {

    private static final List<String> NAMESPACES = List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--net",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "--");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void anInstanceOfABuiltTemplatePassesTheDeployTest() {
        var image = SharedImage.get();
        try (var processes = new Processes()) {
            var result = processes.run(Command.of(NAMESPACES)
                    .with(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            DeployMain.class.getName(),
                            image.home().artifacts().toString(),
                            image.artifact().reference(),
                            folder.toString())
                    .log(folder.resolve("deploy.log"))
                    .timeout(Duration.ofMinutes(40)));

            assertThat(result.succeeded()).as(result.output()).isTrue();
            var lines = result.output().lines().toList();
            assertThat(lines).noneMatch(line -> line.startsWith("FAILED"));
            assertThat(lines.stream().filter(line -> line.startsWith("PASSED"))).hasSizeGreaterThan(8);
            assertThat(lines).contains("LEFT 0 []");
            assertThat(lines).anyMatch(line -> line.startsWith("TAGS") && line.contains("cst-tested"));
        }
    }
}
