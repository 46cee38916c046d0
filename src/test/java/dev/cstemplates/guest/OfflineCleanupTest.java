/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineCleanupTest {

    private final Processes processes = new Processes();

    @TempDir
    Path folder;

    @AfterEach
    void endPrograms() {
        processes.close();
    }

    @Test
    void runsTheScriptsInOrderAndLabelsLast() {
        assertThat(OfflineCleanup.sysprep(Path.of("d.qcow2")))
                .startsWith("virt-sysprep")
                .containsSequence("--add", "d.qcow2")
                .contains("--no-network");
        assertThat(OfflineCleanup.session(List.of(Path.of("/a/10-a.sh"), Path.of("/a/20-b.sh"))))
                .containsExactly(
                        "upload \"/a/10-a.sh\" /tmp/cst-10-a.sh",
                        "sh \"bash /tmp/cst-10-a.sh\"",
                        "rm-f /tmp/cst-10-a.sh",
                        "upload \"/a/20-b.sh\" /tmp/cst-20-b.sh",
                        "sh \"bash /tmp/cst-20-b.sh\"",
                        "rm-f /tmp/cst-20-b.sh",
                        SelinuxLabels.restore("/"));
    }

    @Test
    void failsWithoutCleanUpScripts() {
        assertThatThrownBy(() -> clean(existing("disk.qcow2"), folder.resolve("none")))
                .isInstanceOfSatisfying(
                        Failure.class, e -> assertThat(e.remedy()).isNotEmpty())
                .hasMessageContaining("none");
        assertThat(folder.resolve("golden.qcow2")).doesNotExist();
    }

    @Test
    void namesTheMissingDisk() throws IOException {
        var scripts = Files.createDirectory(folder.resolve("scripts"));
        Files.writeString(scripts.resolve("10-x.sh"), "#!/bin/bash\n");
        assertThatThrownBy(() -> clean(folder.resolve("absent.qcow2"), scripts))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("absent.qcow2");
    }

    @Test
    void invalidQcow2DiskLeavesNoFiles() throws IOException {
        var scripts = Files.createDirectory(folder.resolve("scripts"));
        Files.writeString(scripts.resolve("10-x.sh"), "#!/bin/bash\n");
        assertThatThrownBy(() -> clean(existing("disk.qcow2"), scripts)).isInstanceOf(Failure.class);
        assertThat(folder.resolve("golden.qcow2")).doesNotExist();
        assertThat(folder.resolve("golden.qcow2.part")).doesNotExist();
        assertThat(folder.resolve("work/cleanup.qcow2")).doesNotExist();
    }

    private Path existing(String name) throws IOException {
        return Files.writeString(folder.resolve(name), "not a disk");
    }

    private void clean(Path disk, Path scripts) {
        new OfflineCleanup(processes)
                .run(
                        new OfflineCleanup.CleanupRequest(
                                disk,
                                folder.resolve("golden.qcow2"),
                                folder.resolve("work"),
                                scripts,
                                folder.resolve("cleanup.log"),
                                Architecture.ofThisHost(),
                                Accelerator.TCG),
                        line -> {});
    }
}
