/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.artifact.Manifest;
import dev.cstemplates.cloudstack.fake.Fault;
import dev.cstemplates.cloudstack.fake.Role;
import dev.cstemplates.cloudstack.fake.Template;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publications of which one zone, the storage or the API fails: the rest is completed, and the next run completes the whole. */
class HalfPublishedTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private RunRig rig;

    @SuppressWarnings("NullAway.Init")
    private Artifact artifact;

    @BeforeEach
    void start() throws IOException {
        rig = new RunRig(folder);
        artifact = rig.artifact(1);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    /** The server registers, then refuses; which zones download depends on their order. Users do not even get its reason. */
    @ParameterizedTest
    @ValueSource(strings = {"Sandbox-simulator", "Sandbox-2", "Z-new"})
    void zoneWithoutStorageDoesNotStopTheOthers(String without) {
        rig.fake().addZone("Z-new");
        rig.fake().settings().zonesWithoutStorage.add(without);

        assertThatThrownBy(() -> rig.publisher().publish(rig.request(artifact, false, "kvm")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("in zone " + without + ": ")
                .hasMessageContaining("image store", "--zone");

        requireReadyExceptIn(without);
        rig.fake().settings().zonesWithoutStorage.clear();
        requireCompletedBy(rig.publisher(), false);
    }

    @Test
    void zoneWithoutStorageDoesNotStopTheOthersForAUserEither() {
        rig.fake().settings().zonesWithoutStorage.add("Sandbox-simulator");
        var publisher = rig.publisher(rig.cloud(rig.fake().account("carol", Role.USER)));

        assertThatThrownBy(() -> publisher.publish(rig.request(artifact, false, "kvm")))
                .hasMessageContaining("in zone Sandbox-simulator: ");

        requireReadyExceptIn("Sandbox-simulator");
        rig.fake().settings().zonesWithoutStorage.clear();
        requireCompletedBy(publisher, false);
    }

    @Test
    void edgeZonesAreLeftOut() {
        rig.fake().addZone("edge");
        rig.fake().settings().edgeZones.add("edge");

        var published = rig.publisher().publish(rig.request(artifact, false, "kvm"));

        assertThat(published).allMatch(Publication::isReady);
        assertThat(zoneNames(rig.fake().templates().getFirst())).containsExactly("Sandbox-2", "Sandbox-simulator");
        assertThat(rig.notices()).anyMatch(line -> line.contains("edge is an Edge zone"));
    }

    @Test
    void eachZoneGetsACopyOfItsOwn() {
        rig.fake().addZone("Z-third");
        rig.publisher().publish(rig.request(artifact, true, "kvm"));

        assertThat(rig.fake().calls("copyTemplate"))
                .hasSize(2)
                .allMatch(call ->
                        !call.parameters().getOrDefault("destzoneids", "").contains(","));
    }

    /** Nothing is said by the server; template sync skips the template when the storage VM is back. */
    @Test
    void aTemplateRegisteredWhileTheStorageVmWasAwayIsRegisteredAgainWhenItIsBack() {
        rig.fake().settings().storageVmsAway.addAll(List.of("Sandbox-simulator", "Sandbox-2"));
        rig.onPause(20, () -> rig.fake().settings().storageVmsAway.clear());

        var published = rig.publisher().publish(rig.request(artifact, false, "kvm"));

        assertThat(published).allMatch(Publication::isReady);
        assertThat(rig.fake().templates()).hasSize(1);
        assertThat(rig.notices())
                .anyMatch(line ->
                        line.contains("no image store has taken it up: its secondary storage VM s-1-VM is Stopped"));
    }

    @Test
    void aTemplateThatNobodyTookUpIsRegisteredAgainByTheNextRun() {
        rig.fake().settings().storageVmsAway.addAll(List.of("Sandbox-simulator", "Sandbox-2"));
        var user = rig.cloud(rig.fake().account("carol", Role.USER));
        assertThatThrownBy(() -> rig.publisher(user).publish(rig.request(artifact, false, "kvm")))
                .hasMessageContaining("no change for 30 min: no image store has taken it up");

        rig.fake().settings().storageVmsAway.clear();
        requireCompletedBy(rig.publisher(user), false);
    }

    /** A restart of the server left one zone unfinished; its copy can be neither completed nor deleted. */
    @Test
    void aZoneLeftProcessingIsCompletedByACopy() {
        rig.publisher().publish(rig.request(artifact, false, "kvm"));
        rig.fake().cutByRestart(rig.fake().templates().getFirst(), rig.fake().zone2());

        requireCompletedBy(rig.publisher(), false);

        assertThat(rig.fake().calls("deleteTemplate")).isEmpty();
    }

    @Test
    void anOutageOfTheApiIsWaitedFor() {
        rig.fake().faults().after(3, "listTemplates", outage(40));

        var published = rig.publisher().publish(rig.request(artifact, false, "kvm"));

        assertThat(published).allMatch(Publication::isReady);
        assertThat(rig.notices()).anyMatch(line -> line.contains("CloudStack does not answer"));
        assertThat(rig.notices()).contains("CloudStack answers again");
    }

    @Test
    void anOutageAsLongAsTheLimitEndsThePublication() {
        rig.fake().faults().after(3, "listTemplates", outage(2000));

        assertThatThrownBy(() -> rig.publisher().publish(rig.request(artifact, false, "kvm")))
                .isInstanceOf(Failure.class);
    }

    /** Their downloads may come from this process. */
    @Test
    void anErrorWaitsForTheZonesThatDownload() {
        rig.fake().settings().progressListings = 5;
        rig.fake().faults().next("createTags", Fault.internalError(), Fault.internalError(), Fault.internalError());

        assertThatThrownBy(() -> rig.publisher().publish(rig.request(artifact, false, "kvm")))
                .hasMessageContaining("Internal error");

        requireReadyExceptIn("none");
        requireCompletedBy(rig.publisher(), false);
    }

    /** It would become ready with size 0, and its rows would go at the next template sync. */
    @Test
    void aVhdxForHyperVIsNotPublished() {
        rig.fake().addHosts("Hyperv");
        var vhd = TemplateDisk.of(artifact, List.of("xenserver")).getFirst();
        var entry = vhd.entry();
        var vhdx = new Manifest.FileEntry(
                "hyperv.vhdx",
                "disk",
                "hyperv",
                "vhdx",
                entry.virtualSize(),
                entry.contentDigest(),
                entry.size(),
                entry.sha256(),
                entry.sha512());
        var request = rig.request(artifact, false, "kvm");
        var disks = Stream.concat(
                        request.disks().stream(), Stream.of(new TemplateDisk(vhd.manifest(), vhdx, vhd.file())))
                .toList();

        rig.publisher().publish(new Publisher.PublishRequest(disks, List.of(), rig.profile(), request.delivery()));

        assertThat(rig.fake().templates()).extracting(Template::hypervisor).containsExactly("KVM");
        assertThat(rig.notices()).anyMatch(line -> line.contains("cannot read VHDX"));
    }

    /** A zone's new image store downloads public templates again from the address that they were registered with. */
    @Test
    void linksThatEndAreNamedBeforeTheyDie() {
        rig.publisher().publish(rig.request(artifact, false, "kvm"));
        assertThat(rig.notices()).anyMatch(line -> line.contains("links that end with this command"));
    }

    @Test
    void uploadsHaveNoLinks() {
        rig.publisher().publish(rig.request(artifact, true, "kvm"));
        assertThat(rig.notices()).noneMatch(line -> line.contains("links that end"));
    }

    private static Fault[] outage(int calls) {
        return Stream.generate(() -> new Fault.ProxyPage(502)).limit(calls).toArray(Fault[]::new);
    }

    private void requireReadyExceptIn(String zone) {
        assertThat(rig.fake().templates())
                .singleElement()
                .satisfies(template -> assertThat(template.copies())
                        .filteredOn(copy -> !copy.zone().name().equals(zone))
                        .isNotEmpty()
                        .allMatch(copy -> copy.isReady()));
    }

    private void requireCompletedBy(Publisher publisher, boolean isUpload) {
        var published = publisher.publish(rig.request(artifact, isUpload, "kvm"));

        assertThat(published).allMatch(Publication::isReady);
        assertThat(rig.fake().templates())
                .singleElement()
                .satisfies(template -> assertThat(template.copies()).allMatch(copy -> copy.isReady()));
    }

    private static List<String> zoneNames(Template template) {
        return template.copies().stream()
                .map(copy -> copy.zone().name())
                .sorted()
                .toList();
    }
}
