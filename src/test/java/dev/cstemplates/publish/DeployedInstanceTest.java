/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.NewInstance;
import dev.cstemplates.cloudstack.fake.Account;
import dev.cstemplates.cloudstack.fake.Fault;
import dev.cstemplates.cloudstack.fake.Instance;
import dev.cstemplates.cloudstack.fake.Role;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.publish.DeployTest.DeployReport;
import dev.cstemplates.publish.DeployTest.DeployRequest;
import dev.cstemplates.publish.FakeGuest.FormerPassword;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    private final List<String> notices = new ArrayList<>();

    /** Name or id of the test's network; the zone's if empty. */
    private String network = "";

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

        var removed = cleanup(cloud).sweep(Duration.ofHours(2));

        assertThat(removed).containsExactly(old);
        assertThat(rig.fake().instances())
                .extracting(Instance::name)
                .containsExactlyInAnyOrder(old + "-copy", "my-" + old, "cst-test-209901010000-abcdef");
    }

    /** The server refuses to expunge, destroys nothing, and does not show destroyed instances to users. */
    @Test
    void aUserWhoMayNotExpungeStillLeavesNoRunningInstanceAndNoKey() {
        var user = rig.fake().account("carol", Role.USER);
        template = publishAs(user);

        var report = run(rig.cloud(user));

        assertThat(report.isPassed()).isTrue();
        assertThat(rig.fake().instances())
                .singleElement()
                .satisfies(instance -> assertThat(instance.state()).isEqualTo("Destroyed"));
        assertThat(rig.fake().keyPairs()).isEmpty();
        assertThat(notices).singleElement().asString().contains("may not expunge", "allow.user.expunge.recover.vm");
    }

    @Test
    void theFirstErrorIsReportedWhenTheCleanUpFailsToo() {
        rig.fake().faults().next("deployVirtualMachine", new Fault.ErrorResponse(533, "No host has enough capacity"));
        rig.fake().faults().next("deleteSSHKeyPair", Fault.internalError());

        assertThatThrownBy(this::run).isInstanceOf(Failure.class).hasMessageContaining("No host has enough capacity");

        assertThat(notices).singleElement().asString().contains("is not removed", "Internal error");
        assertThat(rig.fake().keyPairs()).hasSize(1);
    }

    @Test
    void theKeyIsRemovedWhenTheInstanceCannotBe() {
        rig.fake().faults().next("destroyVirtualMachine", Fault.internalError());

        assertThatThrownBy(this::run).isInstanceOf(Failure.class).hasMessageContaining("destroyVirtualMachine");

        assertThat(rig.fake().keyPairs()).isEmpty();
    }

    /** A root administrator is shown other accounts' networks first, and may not deploy in them. */
    @Test
    void theOwnAccountsNetworkIsTakenFirst() {
        var other = rig.fake().account("carol", Role.USER);
        rig.fake().addNetwork(rig.fake().zone1().networkName(), rig.fake().zone1(), other, "Isolated");

        assertThat(run().isPassed()).isTrue();
    }

    @Test
    void severalNetworksOrOfferingsOfOneNameAreListedWithTheirIds() {
        var zone = rig.fake().zone1();
        var second = rig.fake().addNetwork(zone.networkName(), zone, rig.fake().admin(), "Isolated");
        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE))
                .hasMessageContainingAll("2 networks", zone.networkId(), second, "Isolated of admin");

        network = zone.networkId();
        var offering = rig.fake().addOffering("Small Instance");
        assertThatThrownBy(this::run).hasMessageContainingAll("2 compute offerings 'Small Instance'", offering);
        assertThat(rig.fake().keyPairs()).isEmpty();
    }

    @Test
    void theTemplateIsPreparedBeforeTheDeploymentAndTheTimesAreReported() {
        var report = run();

        assertThat(rig.fake().calls("prepareTemplate")).hasSize(1);
        assertThat(report.checks())
                .extracting(CheckResult::detail)
                .anyMatch(detail -> detail.matches("Running after \\d+ s"));
        assertThat(report.checks())
                .extracting(CheckResult::detail)
                .anyMatch(detail -> detail.matches("\\d+ s of 300 s"));
    }

    /** As by kill -9, at ten calls of the test, in turn before and after the server executes it. */
    @Test
    void theNextCommandRemovesWhatAKilledTestLeft() {
        var before = rig.fake().calls().size();
        run();
        var calls = rig.fake().calls().size() - before;
        for (var moment = 0; moment < 10; moment++) {
            var number = 1 + moment * (calls - 1) / 9;
            rig.fake().faults().killAt(number, moment % 2 == 0);
            try {
                run();
            } catch (RunRig.Killed | RuntimeException e) {
                // Its process is dead: what it would have done next does not matter.
            }
            rig.fake().faults().revive();

            cleanup(rig.cloud()).removeAbandoned();

            requireNothingLeft("killed at call %d of %d".formatted(number, calls));
        }
    }

    /** Ctrl-C and SIGTERM interrupt the test's thread. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "listNetworks",
                "registerSSHKeyPair",
                "deployVirtualMachine",
                "createTags",
                "queryAsyncJobResult",
                "stopVirtualMachine",
                "resetPasswordForVirtualMachine",
                "startVirtualMachine",
                "ssh",
                "password"
            })
    void anInterruptedTestRemovesItsInstanceAndKey(String moment) {
        var thread = Thread.currentThread();
        guest.onLogin = login -> {
            if (login.equals(moment)) {
                thread.interrupt();
            }
        };
        rig.fake().faults().then(moment, thread::interrupt);

        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.CANCELLED));

        assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
        assertThat(rig.fake().instances()).isEmpty();
        assertThat(rig.fake().keyPairs()).isEmpty();
        cleanup(rig.cloud()).removeAbandoned();
        requireNothingLeft(moment);
    }

    private void requireNothingLeft(String moment) {
        assertThat(rig.fake().instances()).as(moment).isEmpty();
        assertThat(rig.fake().keyPairs()).as(moment).isEmpty();
        var records = folder.resolve("deploy-tests").toFile().list();
        assertThat(records == null ? new String[0] : records).as(moment).isEmpty();
    }

    private String publishAs(Account account) throws UncheckedIOException {
        try {
            return rig.publisher(rig.cloud(account))
                    .publish(rig.request(rig.artifact(2), false, "kvm"))
                    .getFirst()
                    .template();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        return run(rig.cloud());
    }

    private DeployReport run(CloudStack cloud) {
        var zone = rig.fake().zone1();
        return new DeployTest(
                        DeployTest.TARGET,
                        cloud,
                        guest.route(),
                        rig.polling(Duration.ofMinutes(1)),
                        new Random(1),
                        line -> {},
                        cleanup(cloud))
                .run(new DeployRequest(
                        template,
                        "debian",
                        zone.name(),
                        network.isEmpty() ? zone.networkName() : network,
                        "Small Instance",
                        "kvm"));
    }

    private TestResourceCleanup cleanup(CloudStack cloud) {
        return new TestResourceCleanup(cloud, folder.resolve("deploy-tests"), rig.clock(), line -> {}, notices::add);
    }

    private static List<CheckResult> failed(DeployReport report) {
        return report.checks().stream().filter(CheckResult::isFailed).toList();
    }
}
