/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.cloudstack.fake.Account;
import dev.cstemplates.cloudstack.fake.Fault;
import dev.cstemplates.cloudstack.fake.Instance;
import dev.cstemplates.cloudstack.fake.Role;
import dev.cstemplates.cloudstack.fake.Template;
import dev.cstemplates.core.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random changes of versions by a root admin, a domain admin and a user, from two hosts, with kills, lost answers and outages. A
 * disturbed step is repeated once without disturbance; then the invariants hold. {@code -Dcst.walk.steps=2000} for the long form,
 * {@code -Dcst.walk.seed=N} to repeat a walk.
 */
class LifecycleWalkTest {

    private static final String ID = "debian-12";
    private static final int STEPS = Integer.getInteger("cst.walk.steps", 40);
    private static final long SEED = Long.getLong("cst.walk.seed", System.nanoTime());
    private static final List<String> VERSIONS =
            List.of("4.18.2.0", "4.19.3.0", "4.20.3.0", "4.21.0.0", "4.22.0.0", "4.23.0.0");
    private static final List<String> CHANGES = List.of(
            "registerTemplate",
            "createTags",
            "deleteTags",
            "updateTemplate",
            "updateTemplatePermissions",
            "copyTemplate",
            "deleteTemplate");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final Random random = new Random(SEED);
    private final List<Artifact> artifacts = new ArrayList<>();
    private final List<String> walked = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private RunRig rig;

    private record Change(String name, Runnable run) {}

    @Test
    void randomChangesNeverLoseDoubleOrOpenAVersion() throws Exception {
        System.out.println("LifecycleWalkTest: -Dcst.walk.steps=" + STEPS + " -Dcst.walk.seed=" + SEED);
        try (var created = new RunRig(folder)) {
            rig = created;
            rig.fake().settings().version = VERSIONS.get(random.nextInt(VERSIONS.size()));
            for (var seed = 1; seed <= 4; seed++) {
                artifacts.add(rig.artifact(seed));
            }
            var acme = rig.fake().domain("acme");
            rig.fake().account("carol", Role.USER);
            rig.fake().account("dave", Role.USER, acme);
            var callers = List.of(
                    rig.fake().admin(),
                    rig.fake().account("bob", Role.DOMAIN_ADMIN, acme),
                    rig.fake().account("alice", Role.USER, acme));
            for (var step = 1; step <= STEPS; step++) {
                var caller = callers.get(random.nextInt(callers.size()));
                rig.as(caller);
                var change = change(caller);
                walked.add(step + " " + caller.name() + ": " + change.name());
                if (disturbed(change)) {
                    undisturbed(change);
                }
                check();
            }
        }
    }

    private Change change(Account caller) {
        var artifact = artifacts.get(random.nextInt(artifacts.size()));
        var version = artifact.versionReference();
        var with = caller.domain().name().equals("ROOT") ? "carol" : "dave";
        var isGranted = random.nextInt(4) > 0;
        var keep = random.nextInt(3);
        return switch (random.nextInt(10)) {
            case 0, 1, 2 ->
                new Change("publish " + version, () -> rig.publisher().publish(rig.request(artifact, false, "kvm")));
            case 3, 4 ->
                new Change(
                        "promote " + version,
                        () -> rig.lifecycle().promote(version, new Lifecycle.PromotionRules(false, isGranted)));
            case 5 -> new Change("roll back", () -> rig.lifecycle().rollBack(ID));
            case 6 -> new Change("retire " + version, () -> rig.lifecycle().retire(version));
            case 7 ->
                new Change(
                        "share " + version + " " + isGranted,
                        () -> rig.lifecycle().share(version, isGranted, List.of(with), List.of()));
            case 8 -> new Change("prune " + keep, () -> rig.lifecycle().prune(ID, keep, true));
            default -> new Change("use or leave a template", this::useOrLeave);
        };
    }

    private void useOrLeave() {
        var ready = rig.fake().templates().stream()
                .filter(each -> each.isReadyIn(rig.fake().zone1()))
                .toList();
        if (!ready.isEmpty() && rig.fake().instances().size() < 4) {
            rig.fake()
                    .addInstance(
                            ready.get(random.nextInt(ready.size())), rig.fake().zone1());
        } else {
            rig.fake().instances().stream().findFirst().ifPresent(rig.fake()::expunge);
        }
    }

    /** Whether it did not end by itself. */
    private boolean disturbed(Change change) {
        var faults = rig.fake().faults();
        var command = CHANGES.get(random.nextInt(CHANGES.size()));
        switch (random.nextInt(8)) {
            case 0, 1 -> faults.killAt(1 + random.nextInt(25), random.nextBoolean());
            case 2, 3 -> faults.next(command, new Fault.CutAfter());
            case 4 -> faults.next(command, new Fault.CutBefore());
            case 5 -> rig.fake().outage(Duration.ofSeconds(1 + random.nextInt(120)));
            case 6 -> {
                var other = change(rig.caller());
                walked.add("  before its " + command + ", on the other host: " + other.name());
                faults.before(command, () -> undisturbed(other));
            }
            default -> {
                // Undisturbed.
            }
        }
        try {
            change.run().run();
            return faults.hasKilled();
        } catch (RunRig.Killed e) {
            walked.add("  killed");
            return true;
        } catch (Failure e) {
            walked.add("  " + e.message());
            return e.kind() != Failure.Kind.USAGE || faults.hasKilled();
        } finally {
            faults.revive();
            faults.clear();
        }
    }

    /** Only what the admin can decide differently may be refused. */
    private void undisturbed(Change change) {
        try {
            change.run().run();
        } catch (Failure e) {
            walked.add("  again: " + e.message());
            assertThat(e.kind()).as(story()).isEqualTo(Failure.Kind.USAGE);
        }
    }

    private void check() {
        assertThat(rig.fake().instances())
                .as(story())
                .allMatch(each -> rig.fake().templates().contains(each.template()));
        var all = rig.fake().templates();
        assertThat(all)
                .as(story())
                .filteredOn(each ->
                        each.tags().containsKey("cst-retired") || each.tags().containsKey("cst-withdrawn"))
                .allMatch(each ->
                        !each.isPublic() && !each.isFeatured() && each.shares().isEmpty());
        all.stream().collect(Collectors.groupingBy(Template::owner)).forEach((owner, own) -> {
            assertThat(own.stream().filter(each -> each.tags().containsKey("latest")))
                    .as(story())
                    .hasSizeLessThanOrEqualTo(1);
            assertThat(own.stream().filter(Template::isFeatured)).as(story()).hasSizeLessThanOrEqualTo(1);
            assertThat(own).as(story()).allMatch(each -> each.tags().containsKey("cst-id"));
            rig.as(owner);
            assertThat(rig.lifecycle().list().stream()
                            .filter(each ->
                                    each.state() != ReleaseState.DUPLICATE && each.state() != ReleaseState.RETIRED)
                            .map(Published::version))
                    .as(story())
                    .doesNotHaveDuplicates();
        });
    }

    private String story() {
        return "seed " + SEED + ", CloudStack " + rig.fake().settings().version + "\n"
                + String.join("\n", walked.subList(Math.max(0, walked.size() - 30), walked.size())) + "\n"
                + String.join("\n", rig.state()) + "\n"
                + rig.fake().instances().stream()
                        .map(Instance::template)
                        .map(Template::name)
                        .toList();
    }
}
