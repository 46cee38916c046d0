/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.core.Failure;
import dev.cstemplates.publish.RunRig.Killed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After a run was killed at any point, the next one reaches the same state as an undisturbed run: without duplicates, complete. */
class KilledRunTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path built;

    @SuppressWarnings("NullAway.Init")
    private static Artifact first;

    @SuppressWarnings("NullAway.Init")
    private static Artifact second;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeAll
    static void build() throws Exception {
        try (var rig = new RunRig(built)) {
            first = rig.artifact(1);
            second = rig.artifact(2);
        }
    }

    /**
     * Killed at each call in turn: before the server executes it, or after that and before the response. A kill between two calls
     * is equivalent to one of them.
     */
    @ParameterizedTest(name = "upload: {0}, the fatal call is executed: {1}")
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void publishes(boolean isUpload, boolean isDone) throws Exception {
        var kills = killedAtEachCall(
                isDone, rig -> {}, rig -> rig.publisher().publish(rig.request(first, isUpload, "kvm")));
        assertThat(kills).isGreaterThan(8);
    }

    @ParameterizedTest(name = "the fatal call is executed: {0}")
    @CsvSource({"false", "true"})
    void promotesTheSecondVersion(boolean isDone) throws Exception {
        var kills = killedAtEachCall(
                isDone,
                KilledRunTest::publishTwo,
                rig -> rig.lifecycle().promote(second.versionReference(), new Lifecycle.PromotionRules(false, false)));
        assertThat(kills).isGreaterThan(8);
    }

    @ParameterizedTest(name = "the fatal call is executed: {0}")
    @CsvSource({"false", "true"})
    void rollsBack(boolean isDone) throws Exception {
        var kills = killedAtEachCall(
                isDone,
                rig -> {
                    publishTwo(rig);
                    rig.lifecycle().promote(second.versionReference(), new Lifecycle.PromotionRules(false, false));
                },
                KilledRunTest::rollBack);
        assertThat(kills).isGreaterThan(8);
    }

    /** After a kill behind the last change there is nothing left to roll back, which is an error. */
    private static void rollBack(RunRig rig) {
        try {
            rig.lifecycle().rollBack("debian-12");
        } catch (Failure e) {
            if (!String.valueOf(e.getMessage()).contains("There is no earlier version of debian-12 to roll back to")) {
                throw e;
            }
        }
    }

    /** Publishes two versions; the first one is current. */
    private static void publishTwo(RunRig rig) {
        rig.publisher().publish(rig.request(first, false, "kvm"));
        rig.lifecycle().promote(first.versionReference(), new Lifecycle.PromotionRules(false, false));
        rig.publisher().publish(rig.request(second, false, "kvm"));
    }

    /** Kills a run at its first call, its second and so on, until it finishes first; returns the number of kills. */
    private int killedAtEachCall(boolean isDone, Consumer<RunRig> before, Consumer<RunRig> run) throws Exception {
        var undisturbed = within("undisturbed", before.andThen(run));
        for (var number = 1; ; number++) {
            var call = number;
            var isKilled = new AtomicBoolean();
            var state = within("killed-at-" + number, before.andThen(rig -> {
                rig.fake().faults().killAt(call, isDone);
                isKilled.set(isKilled(rig, () -> run.accept(rig)));
                rig.fake().faults().revive();
                if (isKilled.get()) {
                    run.accept(rig);
                }
            }));
            assertThat(state).as("killed at call " + number).isEqualTo(undisturbed);
            if (!isKilled.get()) {
                return number - 1;
            }
        }
    }

    private static boolean isKilled(RunRig rig, Runnable run) {
        try {
            run.run();
            return rig.fake().faults().hasKilled();
        } catch (Killed | Failure e) {
            assertThat(rig.fake().faults().hasKilled()).isTrue();
            return true;
        }
    }

    private List<String> within(String name, Consumer<RunRig> work) throws Exception {
        try (var rig = new RunRig(Files.createDirectories(folder.resolve(name)))) {
            work.accept(rig);
            return rig.state();
        }
    }
}
