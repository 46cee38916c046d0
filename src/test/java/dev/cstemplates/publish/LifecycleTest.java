/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.cloudstack.Owner;
import dev.cstemplates.cloudstack.Templates.UserDataPolicy;
import dev.cstemplates.cloudstack.fake.Domain;
import dev.cstemplates.cloudstack.fake.DownloadFate;
import dev.cstemplates.cloudstack.fake.Fault;
import dev.cstemplates.cloudstack.fake.Role;
import dev.cstemplates.cloudstack.fake.Template;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
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

        var pruned = rig.lifecycle().prune("debian-12", 1, true);

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

        assertThat(versions(ReleaseState.CURRENT))
                .containsExactly(second.manifest().version());
        assertThat(tagged("latest")).hasSize(1);
    }

    @Test
    void rollbackLooksAtAllHypervisorsBeforeItChangesOne() throws Exception {
        var first = published(1, "kvm", "xenserver");
        promote(first);
        var second = published(2, "kvm");
        promote(second);

        rig.lifecycle().rollBack("debian-12");

        assertThat(versions(ReleaseState.CURRENT))
                .containsExactly(first.manifest().version(), first.manifest().version());
        assertThat(versions(ReleaseState.WITHDRAWN))
                .containsExactly(second.manifest().version());
    }

    @Test
    void rollbackWithoutAnEarlierVersionChangesNothing() throws Exception {
        promote(published(1, "kvm", "xenserver"));
        var before = rig.state();

        assertThatThrownBy(() -> rig.lifecycle().rollBack("debian-12")).hasMessageContaining("no earlier version");

        assertThat(rig.state()).isEqualTo(before);
    }

    @Test
    void twoTemplatesOfOneVersionAreOneVersion() throws Exception {
        var first = published(1);
        promote(first);
        var second = published(2);
        twin(second);
        assertThat(tagged("cst-id")).hasSize(3);
        promote(second);
        assertThat(versions(ReleaseState.DUPLICATE))
                .containsExactly(second.manifest().version());

        rig.lifecycle().rollBack("debian-12");

        assertThat(versions(ReleaseState.CURRENT))
                .containsExactly(first.manifest().version());
        promote(second);
        assertThat(rig.lifecycle().prune("debian-12", 5, true)).singleElement().matches(Pruned::isDeleted);
        assertThat(versions(ReleaseState.CURRENT))
                .containsExactly(second.manifest().version());
    }

    /** A second template of the same version, as another host publishes it that does not see the first one yet. */
    private void twin(Artifact artifact) {
        var mine = rig.fake().templates().getLast();
        var tags = new TreeMap<>(mine.tags());
        tags.keySet().forEach(key -> mine.tag(key, "hidden"));
        rig.publisher().publish(rig.request(artifact, false, "kvm"));
        tags.forEach(mine::tag);
    }

    @Test
    void ofTwoHostsThatPublishOneVersionAtOnceOneKeepsItsTemplate() throws Exception {
        var artifact = rig.artifact(1);
        // The other host publishes after this one looked and before it registers.
        rig.fake()
                .faults()
                .before("registerTemplate", () -> rig.publisher().publish(rig.request(artifact, false, "kvm")));

        var published = rig.publisher().publish(rig.request(artifact, false, "kvm"));

        assertThat(rig.fake().templates())
                .singleElement()
                .satisfies(each ->
                        assertThat(each.id()).isEqualTo(published.getFirst().template()));
    }

    @Test
    void aPromotionThatMayNotPublishChangesNothing() throws Exception {
        rig.as(rig.fake().account("alice", Role.USER));
        var artifact = published(1);
        rig.fake().settings().publicUserTemplates = false;
        var before = rig.state();

        assertThatThrownBy(() -> promote(artifact))
                .hasMessageContaining("allow.public.user.templates")
                .hasMessageContaining("may not make templates public");

        assertThat(rig.state()).isEqualTo(before);
        rig.fake().settings().publicUserTemplates = true;
        promote(artifact);
        assertThat(versions(ReleaseState.CURRENT)).hasSize(1);
    }

    @Test
    void profileTestSaysWhatTheServersSettingsForbid() {
        rig.as(rig.fake().account("alice", Role.USER));
        rig.fake().settings().publicUserTemplates = false;

        assertThat(new ProfileCheck(rig.cloud()).run(rig.profile()).limits())
                .anyMatch(limit -> limit.contains("allow.public.user.templates"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWithdrawnOrRetiredVersionLosesAllShares(boolean isRetired) throws Exception {
        rig.fake().account("bob", Role.USER);
        var project = rig.fake().project("proj", Domain.ROOT, rig.fake().admin());
        promote(published(1));
        var second = published(2);
        promote(second);
        rig.lifecycle().share(second.versionReference(), true, List.of("bob"), List.of(project.id()));
        var shared = template(second);
        assertThat(shared.shares()).containsExactly("bob");
        assertThat(shared.projectShares()).containsExactly(project.id());

        if (isRetired) {
            rig.lifecycle().retire(second.versionReference());
        } else {
            rig.lifecycle().rollBack("debian-12");
        }

        assertThat(shared.shares()).isEmpty();
        assertThat(shared.projectShares()).isEmpty();
        assertThat(shared.isPublic()).isFalse();
        assertThatThrownBy(() -> rig.lifecycle().share(second.versionReference(), true, List.of("bob"), List.of()))
                .hasMessageContaining(isRetired ? "is retired" : "is withdrawn");
    }

    @Test
    void aNewCurrentVersionTakesOverWhatAdministratorsAddedToTheFormer() throws Exception {
        rig.fake().account("bob", Role.USER);
        var first = published(1);
        promote(first);
        rig.lifecycle().share(first.versionReference(), true, List.of("bob"), List.of());
        var userData = rig.fake().registerUserData("site");
        rig.lifecycle().linkUserData(first.versionReference(), "site", UserDataPolicy.APPEND);
        template(first).tag("owner", "ops");
        template(first).detail("video.hardware", "virtio");
        template(first).detail("rootDiskController", "scsi");
        var second = published(2);

        promote(second);

        var now = template(second);
        assertThat(now.shares()).containsExactly("bob");
        assertThat(now.userDataId()).isEqualTo(userData);
        assertThat(now.tags()).containsEntry("owner", "ops");
        assertThat(now.details())
                .containsEntry("video.hardware", "virtio")
                .containsEntry("rootDiskController", "virtio");
        assertThat(rig.notices()).anyMatch(notice -> notice.contains("does not take over these details"));
    }

    @Test
    void aVersionThatIsNotReadyInAZoneIsPromotedOnlyOnRequest() throws Exception {
        var first = published(1);
        promote(first);
        rig.fake().faults().nextDownloads(new DownloadFate.AsServed(), new DownloadFate.Fails("no space"));
        var artifact = rig.artifact(2);
        assertThatThrownBy(() -> rig.publisher().publish(rig.request(artifact, false, "kvm")))
                .hasMessageContaining("no space");

        assertThatThrownBy(() -> promote(artifact)).hasMessageContaining("is not ready in Sandbox-2");
        assertThat(versions(ReleaseState.CURRENT))
                .containsExactly(first.manifest().version());

        rig.lifecycle().promote(artifact.versionReference(), new Lifecycle.PromotionRules(false, true));
        assertThat(versions(ReleaseState.CURRENT))
                .containsExactly(artifact.manifest().version());
        assertThat(rig.notices()).anyMatch(notice -> notice.contains("no current version there"));
    }

    @Test
    void pruneReplacesACutDownloadBeforeItDeletesTheReadyCopy() throws Exception {
        promote(published(1));
        promote(published(2));
        var old = rig.fake().templates().getFirst();
        rig.fake().cutByRestart(old, rig.fake().zone2());

        assertThat(rig.lifecycle().prune("debian-12", 1, true)).singleElement().matches(Pruned::isDeleted);

        assertThat(rig.fake().templates()).hasSize(1);
    }

    @Test
    void pruneNamesWhatItCannotDeleteKeepsTheReadyCopyAndGoesOn() throws Exception {
        for (var seed = 1; seed <= 3; seed++) {
            promote(published(seed));
        }
        var stuck = rig.fake().templates().getFirst();
        rig.fake().cutByRestart(stuck, rig.fake().zone2());
        rig.fake().faults().next("copyTemplate", Fault.internalError());

        assertThatThrownBy(() -> rig.lifecycle().prune("debian-12", 1, true))
                .hasMessageContaining("Cannot delete " + stuck.name())
                .hasMessageContaining("Deleted ");

        assertThat(rig.fake().templates()).hasSize(2).contains(stuck);
        assertThat(stuck.isReadyIn(rig.fake().zone1())).isTrue();
    }

    @Test
    void promotingAPublicVersionSaysThatLinksEnd() throws Exception {
        var served = new Profile.DeliveryMethod(
                false,
                null,
                new Profile.DeliveryMethod.FileServerConfig("0.0.0.0:1", URI.create("http://h:1")),
                null,
                null);
        var artifact = published(1);

        rig.lifecycle(rig.profile(served))
                .promote(artifact.versionReference(), new Lifecycle.PromotionRules(false, false));

        assertThat(rig.notices()).anyMatch(notice -> notice.contains("only while it publishes"));
    }

    @Test
    void aUsersFeaturedVersionIsFeatured() throws Exception {
        rig.as(rig.fake().account("alice", Role.USER));
        promote(published(1));
        assertThat(rig.fake().templates().getFirst().isFeatured()).isTrue();
        assertThat(rig.notices()).noneMatch(notice -> notice.contains("root administrator"));
    }

    @Test
    void twoPromotionsAtOnceEndInOneCurrentVersion() throws Exception {
        var first = published(1);
        var second = published(2);
        rig.fake().faults().then("updateTemplate", () -> promote(second));

        promote(first);

        assertThat(versions(ReleaseState.CURRENT)).hasSize(1);
        assertThat(tagged("latest")).hasSize(1);
        assertThat(rig.fake().templates()).filteredOn(Template::isFeatured).hasSize(1);
    }

    @Test
    void accountsAndProjectsAreSharedWithInSeparateCalls() throws Exception {
        rig.fake().account("bob", Role.USER);
        var project = rig.fake().project("proj", Domain.ROOT, rig.fake().admin());
        var artifact = published(1);

        rig.lifecycle().share(artifact.versionReference(), true, List.of("bob"), List.of(project.id()));
        assertThat(template(artifact).shares()).containsExactly("bob");

        rig.fake().account("eve", Role.USER, rig.fake().domain("beta"));
        assertThatThrownBy(() -> rig.lifecycle().share(artifact.versionReference(), true, List.of("eve"), List.of()))
                .hasMessageContaining("Unable to grant")
                .satisfies(error -> assertThat(((Failure) error).remedy()).contains("template owner's domain"));
    }

    @Test
    void aDryRunNamesTheStepsAndTakesNone() throws Exception {
        var artifact = published(1);
        var before = rig.state();

        rig.dryLifecycle().promote(artifact.versionReference(), new Lifecycle.PromotionRules(false, false));

        assertThat(rig.state()).isEqualTo(before);
        assertThat(rig.notices()).anyMatch(notice -> notice.startsWith("would rename"));
    }

    @Test
    void anAdministratorPublishesAndPromotesForAnotherAccountAndForAProject() throws Exception {
        var acme = rig.fake().domain("acme");
        var alice = rig.fake().account("alice", Role.USER, acme);
        var project = rig.fake().project("proj", acme, rig.fake().admin());
        var artifact = rig.artifact(1);
        for (var owner : List.of(
                new Owner("alice", "ROOT/acme", null),
                new Owner("alice", acme.id(), null),
                new Owner(null, null, project.id()))) {
            var cloud = rig.cloud().ownedBy(owner);
            rig.publisher(cloud).publish(rig.request(artifact, false, "kvm"));
            rig.lifecycle(cloud).promote(artifact.versionReference(), new Lifecycle.PromotionRules(false, false));
            assertThat(rig.lifecycle(cloud).list())
                    .singleElement()
                    .matches(each -> each.state() == ReleaseState.CURRENT);
        }

        assertThat(rig.fake().templates())
                .extracting(each -> each.owner().name())
                .containsExactly("alice", project.owner().name());
        assertThat(rig.lifecycle().list()).isEmpty();
        rig.as(alice);
        assertThat(rig.lifecycle().list()).hasSize(1);
        assertThatThrownBy(() -> rig.lifecycle(rig.cloud().ownedBy(new Owner("alice", "ROOT/other", null)))
                        .list())
                .hasMessageContaining("no domain 'ROOT/other'");
    }

    /** Every command, so that none sends what an older server refuses or means differently. */
    @ParameterizedTest
    @ValueSource(strings = {"4.18.2.0", "4.19.3.0", "4.20.3.0", "4.21.0.0", "4.22.0.0", "4.23.0.0"})
    void everyCommandRunsOnEveryVersion(String version) throws Exception {
        rig.fake().settings().version = version;
        rig.fake().account("bob", Role.USER);
        rig.fake().registerUserData("site");
        var first = published(1);
        promote(first);
        rig.lifecycle().share(first.versionReference(), true, List.of("bob"), List.of());
        rig.lifecycle().linkUserData(first.versionReference(), "site", UserDataPolicy.APPEND);
        var second = published(2);
        promote(second);
        rig.lifecycle().rollBack("debian-12");
        promote(second);
        rig.lifecycle().share(second.versionReference(), false, List.of("bob"), List.of());
        rig.lifecycle().retire(first.versionReference());

        assertThat(rig.lifecycle().prune("debian-12", 1, true)).singleElement().matches(Pruned::isDeleted);
        assertThat(versions(ReleaseState.CURRENT))
                .containsExactly(second.manifest().version());
        assertThat(rig.fake().templates()).hasSize(1);
    }

    private Artifact published(int seed, String... hypervisors) throws IOException {
        var artifact = rig.artifact(seed);
        rig.publisher()
                .publish(rig.request(artifact, false, hypervisors.length == 0 ? new String[] {"kvm"} : hypervisors));
        return artifact;
    }

    private void promote(Artifact artifact) {
        rig.lifecycle().promote(artifact.versionReference(), new Lifecycle.PromotionRules(false, false));
    }

    private Template template(Artifact artifact) {
        return rig.fake().templates().stream()
                .filter(each -> artifact.manifest().version().equals(each.tags().get("cst-version")))
                .findFirst()
                .orElseThrow();
    }

    private List<String> versions(ReleaseState state) {
        return rig.lifecycle().list().stream()
                .filter(each -> each.state() == state)
                .map(Published::version)
                .toList();
    }

    private List<Template> tagged(String key) {
        return rig.fake().templates().stream()
                .filter(each -> each.tags().containsKey(key))
                .toList();
    }
}
