/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.NewInstance;
import dev.cstemplates.cloudstack.fake.Instance;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.publish.DeployTest.DeployReport;
import dev.cstemplates.publish.DeployTest.DeployRequest;
import dev.cstemplates.publish.FakeGuest.FormerPassword;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deploy tests against a fake CloudStack whose instances are an SSH server in this process. */
class DeployedInstanceTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private RunRig rig;

    @SuppressWarnings("NullAway.Init")
    private FakeGuest guest;

    @SuppressWarnings("NullAway.Init")
    private String template;

    @BeforeEach
    void publish() throws IOException {
        rig = new RunRig(folder);
        guest = new FakeGuest();
        rig.fake().run(guest);
        template = rig.publisher()
                .publish(rig.request(rig.artifact(1), false, "kvm"))
                .getFirst()
                .template();
    }

    @AfterEach
    void stop() {
        guest.close();
        rig.close();
    }

    @Test
    void anInstanceWithoutDefectsPassesAndItsTemplateIsTagged() {
        var report = run();

        assertThat(failed(report)).isEmpty();
        assertThat(report.isPassed()).isTrue();
        assertThat(report.checks())
                .extracting(CheckResult::id)
                .containsExactly(
                        "running",
                        "ssh",
                        "cloud-init",
                        "user-data",
                        "hostname",
                        "root-growth",
                        "agent",
                        "password",
                        "password-reset",
                        "former-password");
        assertThat(rig.fake().templates().getFirst().tags()).containsKey("cst-tested");
        assertThat(rig.fake().instances()).isEmpty();
        assertThat(rig.fake().keyPairs()).isEmpty();
    }

    @Test
    void aConnectionErrorIsNotARejectionOfTheFormerPassword() {
        guest.formerPassword = FormerPassword.CONNECTION_CLOSED;

        assertThat(failed(run())).singleElement().satisfies(check -> {
            assertThat(check.id()).isEqualTo("former-password");
            assertThat(check.detail()).startsWith("no answer: ");
        });
    }

    @Test
    void aFormerPasswordThatStillWorksFails() {
        guest.formerPassword = FormerPassword.ACCEPTED;

        assertThat(failed(run())).singleElement().satisfies(check -> {
            assertThat(check.id()).isEqualTo("former-password");
            assertThat(check.detail()).isEqualTo("accepted");
        });
    }

    @Test
    void defectsAreReportedAndTheTemplateIsNotTagged() {
        guest.outputs.put("cloud-init", "status: error");
        guest.outputs.put("df ", "1048576");
        guest.outputs.put("systemctl", "inactive");

        var report = run();

        assertThat(failed(report)).extracting(CheckResult::id).containsExactly("cloud-init", "root-growth", "agent");
        assertThat(rig.fake().templates().getFirst().tags()).doesNotContainKey("cst-tested");
        assertThat(rig.fake().instances()).isEmpty();
    }

    @Test
    void theSweepRemovesInstancesWithExactlyATestsName() {
        var cloud = rig.cloud();
        var old = "cst-test-202601010000-abcdef";
        for (var name : List.of(old, old + "-copy", "my-" + old, "cst-test-209901010000-abcdef")) {
            deploy(cloud, name);
        }

        var removed = new TestResourceCleanup(cloud, rig.clock(), line -> {}).sweep(Duration.ofHours(2));

        assertThat(removed).containsExactly(old);
        assertThat(rig.fake().instances())
                .extracting(Instance::name)
                .containsExactlyInAnyOrder(old + "-copy", "my-" + old, "cst-test-209901010000-abcdef");
    }

    private void deploy(CloudStack cloud, String name) {
        var zone = rig.fake().zone1();
        cloud.instances()
                .await(cloud.instances()
                        .deploy(new NewInstance(
                                name,
                                template,
                                zone.id(),
                                rig.fake().offeringId(),
                                zone.networkId(),
                                null,
                                null,
                                null)));
    }

    private DeployReport run() {
        var zone = rig.fake().zone1();
        return new DeployTest(
                        DeployTest.TARGET,
                        rig.cloud(),
                        guest.route(),
                        rig.polling(Duration.ofMinutes(1)),
                        new Random(1),
                        line -> {})
                .run(new DeployRequest(template, "debian", zone.name(), zone.networkName(), "Small Instance", "kvm"));
    }

    private static List<CheckResult> failed(DeployReport report) {
        return report.checks().stream().filter(CheckResult::isFailed).toList();
    }
}
