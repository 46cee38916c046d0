/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.cloudstack.fake.Template;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishes, promotes, rolls back and prunes templates in a cloud with two zones and three hypervisors. */
class WholeRunTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private RunRig rig;

    @BeforeEach
    void start() throws IOException {
        rig = new RunRig(folder);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void publishesEachDiskOnceInEveryZone(boolean isUpload) throws Exception {
        var artifact = rig.artifact(1);

        var published = rig.publisher().publish(rig.request(artifact, isUpload));

        assertThat(published).hasSize(3).allMatch(Publication::isReady).allMatch(Publication::isNew);
        assertThat(rig.fake().templates())
                .extracting(Template::hypervisor)
                .containsExactlyInAnyOrder("KVM", "XenServer", "VMware");
        assertThat(rig.fake().templates())
                .allMatch(each -> each.isReadyIn(rig.fake().zone1())
                        && each.isReadyIn(rig.fake().zone2()))
                .noneMatch(Template::isPublic)
                .allMatch(each -> "virtio".equals(each.details().get("rootDiskController")));

        var state = rig.state();
        var calls = rig.fake().calls().size();
        var again = rig.publisher().publish(rig.request(artifact, isUpload));

        assertThat(again).hasSize(3).allMatch(Publication::isReady).noneMatch(Publication::isNew);
        assertThat(rig.state()).isEqualTo(state);
        assertThat(rig.fake().calls().subList(calls, rig.fake().calls().size()))
                .allMatch(call -> call.command().startsWith("list"));
    }

    @Test
    void dryRunPrintsTheCallsAndMakesNone() throws Exception {
        var plan = rig.publisher().plan(rig.request(rig.artifact(1), false));

        assertThat(plan).filteredOn(call -> call.contains("registerTemplate")).hasSize(3);
        assertThat(rig.fake().templates()).isEmpty();
        assertThat(plan.toString()).doesNotContain(rig.fake().admin().secretKey());
    }

    @Test
    void promotesReplacesRollsBackAndPrunes() throws Exception {
        var first = published(1);
        promote(first);
        var second = published(2);
        assertThat(current()).hasSize(3).allMatch(name -> name.startsWith("Debian 12 ("));

        promote(second);
        assertThat(current()).hasSize(3);
        assertThat(versions(ReleaseState.CURRENT))
                .containsOnly(second.manifest().version());
        assertThat(versions(ReleaseState.FORMER)).containsOnly(first.manifest().version());

        rig.lifecycle().rollBack("debian-12");
        assertThat(versions(ReleaseState.CURRENT)).containsOnly(first.manifest().version());
        assertThat(current()).hasSize(3);

        promote(second);
        assertThat(versions(ReleaseState.CURRENT))
                .containsOnly(second.manifest().version());
        assertThat(current()).hasSize(3);

        var pruned = rig.lifecycle().prune("debian-12", 1, true);
        assertThat(pruned).hasSize(3).allMatch(Pruned::isDeleted);
        assertThat(rig.fake().templates()).hasSize(3).allMatch(Template::isFeatured);
    }

    @Test
    void pruneKeepsAnOldVersionThatIsInUse() throws Exception {
        var first = published(1);
        promote(first);
        var used = rig.fake().templates().getFirst();
        promote(published(2));
        rig.fake().addInstance(used, rig.fake().zone1());

        var pruned = rig.lifecycle().prune("debian-12", 1, true);

        assertThat(pruned).filteredOn(Pruned::isDeleted).hasSize(2);
        assertThat(pruned).filteredOn(each -> !each.isDeleted()).singleElement().satisfies(left -> {
            assertThat(left.template()).isEqualTo(used.id());
            assertThat(left.reason()).contains("use it");
        });
        assertThatThrownBy(() -> rig.lifecycle().prune("debian-12", 1, false))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("Cannot delete");
    }

    @Test
    void rejectsThePromotionOfAnUntestedVersion() throws Exception {
        var artifact = published(1);
        assertThatThrownBy(() ->
                        rig.lifecycle().promote(artifact.versionReference(), new Lifecycle.PromotionRules(true, false)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("has not passed a deploy test");
    }

    private Artifact published(int seed) throws IOException {
        var artifact = rig.artifact(seed);
        rig.publisher().publish(rig.request(artifact, false));
        return artifact;
    }

    private void promote(Artifact artifact) {
        rig.lifecycle().promote(artifact.versionReference(), new Lifecycle.PromotionRules(false, false));
    }

    /** Names of the current templates, as users see them. */
    private List<String> current() {
        return rig.fake().templates().stream()
                .filter(each ->
                        each.isFeatured() && each.isPublic() && each.tags().containsKey("latest"))
                .map(Template::name)
                .toList();
    }

    private List<String> versions(ReleaseState state) {
        return rig.lifecycle().list().stream()
                .filter(each -> each.state() == state)
                .map(Published::version)
                .toList();
    }
}
