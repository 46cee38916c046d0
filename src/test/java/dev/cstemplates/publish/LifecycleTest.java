/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.cloudstack.fake.Fault;
import dev.cstemplates.cloudstack.fake.Role;
import dev.cstemplates.cloudstack.fake.Template;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of published versions that meet what real servers do. */
class LifecycleTest {

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
    @ValueSource(strings = {"4.18.2.0", "4.20.3.0", "4.22.0.0", "4.23.0.0"})
    void pruneLeavesATemplateThatAnotherAccountsInstanceUsesAndGoesOn(String version) throws Exception {
        rig.fake().settings().version = version;
        var alice = rig.fake().account("alice", Role.USER);
        rig.as(alice);
        for (var seed = 1; seed <= 3; seed++) {
            promote(published(seed));
        }
        var used = rig.fake().templates().getFirst();
        rig.fake().addInstance(used, rig.fake().zone1());

        var pruned = rig.lifecycle().prune("debian-12", 1, true, false);

        assertThat(rig.fake().templates()).hasSize(2).contains(used);
        assertThat(pruned).filteredOn(each -> !each.isDeleted()).singleElement().satisfies(kept -> {
            assertThat(kept.template()).isEqualTo(used.id());
            assertThat(kept.reason()).contains("instances use it");
        });
    }

    @Test
    void tagsThatWereChangedDespiteALostAnswerAreNotChangedAgain() throws Exception {
        promote(published(1));
        var second = published(2);
        rig.fake().faults().after(1, "createTags", new Fault.CutAfter());
        rig.fake().faults().next("deleteTags", new Fault.CutAfter());

        promote(second);

        assertThat(current()).containsExactly(second.manifest().version());
        assertThat(tagged("latest")).hasSize(1);
    }

    private Artifact published(int seed, String... hypervisors) throws IOException {
        var artifact = rig.artifact(seed);
        rig.publisher()
                .publish(rig.request(artifact, false, hypervisors.length == 0 ? new String[] {"kvm"} : hypervisors));
        return artifact;
    }

    private void promote(Artifact artifact) {
        rig.lifecycle().promote(artifact.versionReference(), false);
    }

    private List<String> current() {
        return rig.lifecycle().list().stream()
                .filter(each -> each.state() == ReleaseState.CURRENT)
                .map(Published::version)
                .toList();
    }

    private List<Template> tagged(String key) {
        return rig.fake().templates().stream()
                .filter(each -> each.tags().containsKey(key))
                .toList();
    }
}
