/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Retry;
import dev.cstemplates.engine.BuildEvent;
import dev.cstemplates.engine.TestLeases;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.layer.LayerFolder;
import dev.cstemplates.pipeline.layer.LayerSharing;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.layer.SharedLayers;
import dev.cstemplates.pipeline.phase.Phase;
import dev.cstemplates.pipeline.phase.PhaseContext;
import dev.cstemplates.pipeline.request.BuildOptions;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineTest {

    @TempDir
    Path folder;

    @TempDir
    Path database;

    private TestLeases leases;

    private final List<BuildEvent> events = new ArrayList<>();
    private final List<String> ran = new ArrayList<>();
    private final WritingPhase first = new WritingPhase("first", "");
    private final WritingPhase second = new WritingPhase("second", "first");
    private final WritingPhase third = new WritingPhase("third", "second");
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private String host = "";
    private @Nullable SharedLayers shared;

    @BeforeEach
    void openDatabase() {
        leases = new TestLeases(database);
    }

    @AfterEach
    void closeDatabase() {
        leases.close();
    }

    @Test
    void everyPhaseRunsOnce() {
        build(BuildOptions.DEFAULT);
        assertThat(ran).containsExactly("first", "second", "third");

        ran.clear();
        build(BuildOptions.DEFAULT);

        assertThat(ran).isEmpty();
        assertThat(reasonsToSkip()).hasSize(3);
    }

    @Test
    void aChangedInputRepeatsItsPhaseAndAllLaterOnesAndIsNamed() {
        build(BuildOptions.DEFAULT);
        ran.clear();
        second.inputs.put("scripts/20-cloud-init.sh", "another digest");

        build(BuildOptions.DEFAULT);

        assertThat(ran).containsExactly("second", "third");
        assertThat(reasons()).contains("changed: scripts/20-cloud-init.sh");
    }

    @Test
    void layersOfAnotherHostAreReused() {
        shared = new LayerFolder(folder.resolve("shared"));
        host = "one";
        build(BuildOptions.DEFAULT);
        ran.clear();
        host = "other";

        build(BuildOptions.DEFAULT);

        assertThat(ran).isEmpty();
        assertThat(reasonsToSkip()).hasSize(3).allMatch(reason -> reason.endsWith("from the shared layer store"));
        events.clear();
        build(BuildOptions.DEFAULT);
        assertThat(reasonsToSkip()).hasSize(3).noneMatch(reason -> reason.contains("shared"));
    }

    @Test
    void aRepeatedPhaseWithTheSameResultDoesNotRepeatLaterPhases() {
        build(BuildOptions.DEFAULT);
        ran.clear();

        build(new BuildOptions("second", "second", false, false));
        build(BuildOptions.DEFAULT);

        assertThat(ran).containsExactly("second");
    }

    @Test
    void untilAndFromLimitTheWork() {
        build(new BuildOptions("second", null, false, false));
        assertThat(ran).containsExactly("first", "second");

        build(new BuildOptions(null, "second", false, false));
        assertThat(ran).containsExactly("first", "second", "second", "third");
    }

    @Test
    void ofPhasesWithTheSameNameOnlyTheApplicableOneRuns() {
        var other = new WritingPhase("first", "");
        other.text = "from another source";
        other.applies = false;

        pipeline(other, first, second).run(build(), BuildOptions.DEFAULT, leases.claim(), events::add);

        assertThat(ran).containsExactly("first", "second");
        assertThat(pipeline(other, first, second).phases()).containsExactly("first", "second");
        assertThat(pipeline(other, first, second)
                        .plan(build(), BuildOptions.DEFAULT)
                        .steps())
                .hasSize(2)
                .noneMatch(Plan.Step::runs);
    }

    @Test
    void fromAPhaseThatDoesNotApplyMeansFromTheNextOne() {
        first.applies = false;
        var next = new WritingPhase("next", "");

        pipeline(first, next).run(build(), new BuildOptions(null, "first", false, false), leases.claim(), events::add);

        assertThat(ran).containsExactly("next");
        assertThatThrownBy(() -> pipeline(first, next)
                        .run(build(), new BuildOptions("first", null, false, false), leases.claim(), events::add))
                .hasMessageContaining("has no phase until first");
    }

    /** A killed build cannot delete its key and answer files. */
    @Test
    void secretsOfAKilledBuildAreDeletedByTheNext() throws IOException {
        var id = "debian-12-x86_64-20250101-000000";
        var work = Files.createDirectories(home().work().resolve(id + ".2"));
        Files.createFile(work.resolve(".lock"));
        Files.writeString(
                work.resolve("work.json"),
                "{\"kind\":\"BUILD\",\"id\":\"%s\",\"logs\":\"%s\"}"
                        .formatted(id, home().builds().resolve(id)));
        var project = home().builds().resolve(id).resolve("install/project");
        Files.writeString(
                Files.createDirectories(project.resolve("answers")).resolve("ks.cfg"), "rhsm --activation-key=x");
        Files.writeString(Files.createDirectories(project.resolve("ssh")).resolve("id_ecdsa"), "a key");
        Files.writeString(project.resolve("packer.json"), "{}");

        build(BuildOptions.DEFAULT);

        assertThat(project.resolve("answers")).doesNotExist();
        assertThat(project.resolve("ssh")).doesNotExist();
        assertThat(project.resolve("packer.json")).exists();
    }

    @Test
    void anUnknownPhaseIsRefusedWithTheValidNames() {
        assertThatThrownBy(() -> build(new BuildOptions("publish", null, false, false)))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE);
                    assertThat(failure.remedy()).contains("first, second, third");
                });
    }

    @Test
    void anExpiredLayerIsRebuilt() {
        second.maxAge = Duration.ofDays(7);
        build(BuildOptions.DEFAULT);
        ran.clear();
        now = now.plus(Duration.ofDays(8));
        second.text = "with newer packages";

        build(BuildOptions.DEFAULT);

        assertThat(ran).containsExactly("second", "third");
        assertThat(reasons()).contains("older than 7 days");
    }

    @Test
    void refreshRepeatsOnlyPhasesWhoseLayersExpire() {
        second.maxAge = Duration.ofDays(7);
        build(BuildOptions.DEFAULT);
        ran.clear();

        build(new BuildOptions(null, null, true, false));

        assertThat(ran).containsExactly("second");
    }

    @Test
    void aFailedPhaseLeavesNoLayer() throws IOException {
        second.failures.add(Failure.build("the disk is invalid", "fix it"));

        assertThatThrownBy(() -> build(BuildOptions.DEFAULT)).hasMessage("the disk is invalid");

        assertThat(home().layers().resolve("second")).doesNotExist();
        try (var work = Files.list(home().work())) {
            assertThat(work).isEmpty();
        }
        ran.clear();
        build(BuildOptions.DEFAULT);
        assertThat(ran).containsExactly("second", "third");
    }

    @Test
    void aTransientErrorIsRetriedFromItsPhase() {
        second.failures.add(Failure.remote("the mirror is down", "", true));

        build(BuildOptions.DEFAULT);

        assertThat(ran).containsExactly("first", "second", "second", "third");
        assertThat(events).anyMatch(BuildEvent.Retrying.class::isInstance);
    }

    @Test
    void attemptsAreLimited() {
        for (var i = 0; i < 5; i++) {
            second.failures.add(Failure.remote("the mirror is down", "", true));
        }

        assertThatThrownBy(() -> build(BuildOptions.DEFAULT))
                .hasMessageStartingWith("the mirror is down")
                .hasMessage("the mirror is down\nThis was attempt 3; the earlier ones failed in the same way.")
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.REMOTE));

        assertThat(ran).containsExactly("first", "second", "second", "second");
    }

    @Test
    void everyAttemptIsRecordedWithItsCauseAndKeepsItsLogs() throws IOException {
        second.failures.add(Failure.remote("the mirror is down", "", true));
        second.failures.add(Failure.host("the disk is full", "").worthRetrying());

        build(BuildOptions.DEFAULT);

        assertThat(events)
                .filteredOn(BuildEvent.Retrying.class::isInstance)
                .extracting(event -> ((BuildEvent.Retrying) event).failure().message())
                .containsExactly("the mirror is down", "the disk is full");
        try (var builds = Files.list(home().builds())) {
            var logs = builds.findFirst().orElseThrow();
            assertThat(logs.resolve("second")).isDirectory();
            assertThat(logs.resolve("second-3")).isDirectory();
        }
    }

    @Test
    void aLayerWithAMissingFileIsRebuilt() throws IOException {
        build(BuildOptions.DEFAULT);
        ran.clear();
        try (var files = Files.walk(home().layers().resolve("first"))) {
            Files.delete(
                    files.filter(file -> file.endsWith("result")).findFirst().orElseThrow());
        }

        build(BuildOptions.DEFAULT);

        assertThat(ran).containsExactly("first");
    }

    @Test
    void aCorruptLayerIsNotUsed() throws IOException {
        build(BuildOptions.DEFAULT);
        try (var files = Files.walk(home().layers().resolve("first"))) {
            Files.writeString(
                    files.filter(file -> file.endsWith("result")).findFirst().orElseThrow(), "FIRST{}");
        }
        second.inputs.put("a", "change");

        assertThatThrownBy(() -> build(BuildOptions.DEFAULT))
                .hasMessageContaining("is not what the build stored there")
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.remedy()).contains("repeats the phase first"));
    }

    @Test
    void workOfAKilledBuildIsRemovedByTheNext() throws IOException {
        var left = Files.createDirectories(home().work().resolve("debian-12-x86_64-20250101-000000/first/target"));
        Files.writeString(left.resolve("half"), "half a disk");
        Files.createFile(home().work().resolve("debian-12-x86_64-20250101-000000/.lock"));

        build(BuildOptions.DEFAULT);

        try (var work = Files.list(home().work())) {
            assertThat(work).isEmpty();
        }
    }

    @Test
    void aFinishedBuildSucceedsWithAWarningWhenItsWorkCannotBeRemoved() {
        pipeline(first).run(build(), BuildOptions.DEFAULT, leases.claim(), event -> {
            events.add(event);
            if (event instanceof BuildEvent.PhaseDone) {
                replaceWorkWithALoop();
            }
        });

        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        BuildEvent.Activity.class,
                        warning -> assertThat(warning.text()).contains("Cannot remove the work directory"));
    }

    private void replaceWorkWithALoop() {
        try {
            Files.move(home().work(), folder.resolve("elsewhere"));
            Files.createSymbolicLink(home().work(), home().work());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void ofTwoSimultaneousBuildsOneWaitsAndReusesTheOthersLayers() throws InterruptedException {
        var inPhase = new CountDownLatch(1);
        var resume = new CountDownLatch(1);
        first.meanwhile = () -> {
            inPhase.countDown();
            await(resume);
        };
        var thrown = new AtomicReference<Throwable>();
        var one = Thread.ofVirtual()
                .start(() -> pipeline().run(build(), BuildOptions.DEFAULT, leases.claim(), event -> {}));
        one.setUncaughtExceptionHandler((_, error) -> thrown.set(error));
        inPhase.await();
        var waiting = new CountDownLatch(1);
        var seen = new ArrayList<BuildEvent>();
        var other = Thread.ofVirtual()
                .start(() -> pipeline()
                        .run(build(), new BuildOptions("first", null, false, false), leases.claim(), event -> {
                            seen.add(event);
                            if (event instanceof BuildEvent.Waiting) {
                                waiting.countDown();
                            }
                        }));
        waiting.await();
        resume.countDown();
        other.join();
        one.join();

        assertThat(thrown.get()).isNull();
        assertThat(ran).containsOnlyOnce("first");
        assertThat(seen).anyMatch(BuildEvent.PhaseSkipped.class::isInstance);
    }

    @Test
    void aPlanListsWhatWouldRunAndChangesNothing() {
        var fresh = pipeline().plan(build(), BuildOptions.DEFAULT);
        assertThat(fresh.steps()).extracting(Plan.Step::runs).containsExactly(true, true, true);
        assertThat(home().root()).isEmptyDirectory();

        build(BuildOptions.DEFAULT);
        third.inputs.put("a", "change");
        var later = pipeline().plan(build(), BuildOptions.DEFAULT);

        assertThat(later.steps()).extracting(Plan.Step::runs).containsExactly(false, false, true);
        assertThat(later.steps().getLast().reason()).isEqualTo("changed: a");
    }

    private void build(BuildOptions options) {
        pipeline().run(build(), options, leases.claim(), events::add);
    }

    private Pipeline pipeline() {
        return pipeline(first, second, third);
    }

    private Pipeline pipeline(Phase... phases) {
        var clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        return new Pipeline(
                List.of(phases),
                new LayerStore(
                        home().layers(),
                        home().locks(),
                        clock,
                        shared == null ? null : LayerSharing.of(shared, warning -> {}),
                        null),
                home(),
                new PhaseDurations(home().host().resolve("timings.json")),
                Retry.of(3, Duration.ZERO, Duration.ZERO),
                clock);
    }

    private CstHome home() {
        return new CstHome(folder.resolve(host));
    }

    private List<String> reasonsToSkip() {
        return events.stream()
                .filter(BuildEvent.PhaseSkipped.class::isInstance)
                .map(event -> ((BuildEvent.PhaseSkipped) event).reason())
                .toList();
    }

    private List<String> reasons() {
        return events.stream()
                .filter(BuildEvent.PhaseStarted.class::isInstance)
                .map(event -> ((BuildEvent.PhaseStarted) event).reason())
                .toList();
    }

    private static ResolvedBuild build() {
        return SimulatedBuild.spec("debian-12");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes one file; its content depends on its text and on the previous phase. */
    private final class WritingPhase implements Phase {

        private final String name;
        private final String before;
        private final SortedMap<String, String> inputs = new TreeMap<>();
        private final List<Failure> failures = new ArrayList<>();
        private String text;
        private Duration maxAge = Duration.ofDays(100_000);
        private Runnable meanwhile = () -> {};
        private boolean applies = true;

        WritingPhase(String name, String before) {
            this.name = name;
            this.before = before;
            this.text = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean appliesTo(ResolvedBuild build) {
            return applies;
        }

        @Override
        public SortedMap<String, String> inputs(ResolvedBuild build) {
            return inputs;
        }

        @Override
        public Duration usual() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Optional<String> reasonToRepeat(ResolvedBuild build, Layer layer, Duration age) {
            return age.compareTo(maxAge) > 0
                    ? Optional.of("older than " + maxAge.toDays() + " days")
                    : Optional.empty();
        }

        @Override
        public void run(ResolvedBuild build, PhaseContext context) {
            ran.add(name);
            meanwhile.run();
            if (!failures.isEmpty()) {
                throw failures.removeFirst();
            }
            try {
                var input = before.isEmpty() ? "" : Files.readString(context.input(before, "result"));
                Files.writeString(context.target().resolve("result"), input + text + inputs);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
