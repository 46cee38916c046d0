/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cstemplates.core.FileTrees;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real command on a small disk that fills up in a phase; the layers of earlier phases are on another one. Phases that take minutes for
 * each of their three attempts are skipped unless {@code -Dcst.full-disk=all} is set.
 */
@Tag("real-tools")
@Tag("shared-image")
@Timeout(1800)
class FullDiskRealTest {

    private static final String DISK_FULL =
            "disk is full|has [0-9.]+ .iB free, but the disks need|No space left on device";

    private static final Set<String> SLOW = Set.of("optimize", "validate");

    @TempDir
    Path folder;

    /** Sizes in MiB; phase prepare starts with a copy of the first disk. */
    @ParameterizedTest
    @CsvSource({"install, 150", "prepare, 40", "optimize, 40", "export, 40", "validate, 10", "package, 40"})
    void aFullDiskIsReportedAfterThreeAttempts(String phase, int size) throws Exception {
        assumeThat(SLOW.contains(phase)
                        && !System.getProperty("cst.full-disk", "").equals("all"))
                .as("SKIPPED: takes minutes, run it with -Dcst.full-disk=all")
                .isFalse();
        var home = Files.createDirectory(folder.resolve("home"));
        var layers = SharedImage.get().home().root().resolveSibling("layers-of-a-full-disk");
        try (var processes = new Processes()) {
            FileTrees.delete(layers);
            // Hard links, because a phase that succeeds by mistake replaces its layer, which other tests need.
            processes.check(
                    Command.of("cp", "-al", SharedImage.get().home().layers().toString(), layers.toString()));
            var result = processes.run(
                    Command.of(onItsOwnDisk(home, size, layers, phase)).timeout(Duration.ofMinutes(25)));

            assertThat(result.exitCode()).as(result.output()).isEqualTo(3);
            assertThat(result.output())
                    .containsPattern("error: .*(" + DISK_FULL + ")")
                    .contains("This was attempt 3");
            assertThat(new Cst(home).programs()).isEmpty();
        } finally {
            FileTrees.delete(layers);
        }
    }

    /** The disk is a tmpfs that vanishes with the process. The database is on another disk, so that it cannot be what fills up. */
    private static List<String> onItsOwnDisk(Path home, int size, Path layers, String phase) {
        var script = """
            mount -t tmpfs -o size="$1m" none "$2"
            ln -s "$3" "$2/layers"
            ln -s "$7" "$2/cst.db"
            exec ./cst --home "$2" build "$4" --formats "$5" --from "$6" --until "$6" --disk 1TiB 2>&1
            """;
        var command = new ArrayList<>(List.of("unshare", "--mount"));
        if (!System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("bash", "-ec", script, "bash", Integer.toString(size), home.toString()));
        command.addAll(List.of(layers.toString(), SharedImage.ID, SharedImage.FORMATS, phase));
        command.add(home.resolveSibling("cst.db").toString());
        return command;
    }
}
