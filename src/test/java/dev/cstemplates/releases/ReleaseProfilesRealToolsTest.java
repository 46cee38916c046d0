/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.releases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.FileTrees;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every script on the profile of every release: installation, preparation, clean-up, variants and offline checks, in a system on a disk
 * image whose commands know only what the release's profile says.
 *
 * <p>{@code -Dcst.releases} limits it to the rows that a regular expression matches, {@code "debian-.* iso .*"} for example.
 * {@code -Dcst.golden.write=true} writes their lines of {@code specs/families.md}. Each row's output is in {@code target/releases}.
 */
@Tag("real-tools")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReleaseProfilesRealToolsTest {

    private static final Path PROGRAMS = Path.of("target/release-programs").toAbsolutePath();
    private static final String WANTED = System.getProperty("cst.releases", ".*");
    private static final Processes PROCESSES = new Processes();
    private static final Faults FAULTS = Faults.read();
    private static final FamiliesTable TABLE = new FamiliesTable();

    private static final Map<String, Future<Outcome>> OUTCOMES = new LinkedHashMap<>();
    private static final ExecutorService WORKERS =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

    @TempDir
    private static Path work;

    /** What came of a row. */
    private record Outcome(String answers, ReleaseResult result) {}

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(
                System.getProperty("user.name").equals("root"), "SKIPPED: only root can mount a disk image");
        PROCESSES.check(
                Command.of("bash", ReleaseProfile.FOLDER.resolve("programs.sh").toString(), PROGRAMS.toString()));
        rows().forEach(row -> OUTCOMES.put(row.toString(), WORKERS.submit(() -> run(row))));
    }

    @AfterAll
    static void end() {
        WORKERS.shutdownNow();
        PROCESSES.close();
    }

    static Stream<ReleaseRow> rows() {
        return ReleaseRow.withProfile().filter(row -> row.toString().matches(WANTED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    @Order(1)
    void everyScriptWorksAndEveryFaultIsFound(ReleaseRow row) throws Exception {
        var outcome = Objects.requireNonNull(OUTCOMES.get(row.toString())).get();
        TABLE.add(row, outcome.answers(), outcome.result());

        assertThat(outcome.result().problems()).isEmpty();
        assertThat(outcome.answers()).as("answer file").doesNotStartWith("no:");
    }

    private static Outcome run(ReleaseRow row) throws IOException {
        var folder = Files.createDirectory(work.resolve(row.toString().replace(' ', '-')));
        try {
            var profile = ReleaseProfile.of(row.definition().id()).orElseThrow();
            var run = new ReleaseRun(row, profile, folder);
            var result = ReleaseResult.of(run.run(PROCESSES, PROGRAMS, FAULTS), run.checks(), FAULTS.of(row));
            return new Outcome(answers(row, folder), result);
        } finally {
            FileTrees.delete(folder);
        }
    }

    @Test
    @Order(2)
    void theTableOfFamiliesIsCurrent() throws IOException {
        var rows = ReleaseRow.all();
        for (var row : rows) {
            if (ReleaseProfile.of(row.definition().id()).isEmpty()
                    && row.toString().matches(WANTED)) {
                TABLE.add(row, answers(row, work));
            }
        }
        var present = Files.exists(FamiliesTable.FILE) ? Files.readString(FamiliesTable.FILE) : "";
        var text = TABLE.text(rows, present);
        if (Boolean.getBoolean("cst.golden.write")) {
            Files.writeString(FamiliesTable.FILE, text);
        }
        assertThat(Boolean.getBoolean("cst.golden.write") ? text : present)
                .as("-Dcst.golden.write=true with this test writes " + FamiliesTable.FILE)
                .isEqualTo(text);
    }

    private static String answers(ReleaseRow row, Path folder) throws IOException {
        return new AnswerFileCheck(PROCESSES, PROGRAMS, folder).verdict(row);
    }
}
