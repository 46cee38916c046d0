/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.cloudstack.CallListener;
import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.Connection;
import dev.cstemplates.cloudstack.Credentials;
import dev.cstemplates.cloudstack.fake.FakeCloudStack;
import dev.cstemplates.delivery.FileServer;
import dev.cstemplates.host.process.Processes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Publishes an artifact to a fake CloudStack and runs the deploy test against a real guest, in the network namespace that this process was
 * started in. Arguments: the artifacts' folder, the artifact, a work folder. Prints one line for each check, then the remaining instances and keys.
 */
final class DeployMain {

    private DeployMain() {}

    public static void main(String[] arguments) throws Exception {
        var artifact =
                new ArtifactStore(Path.of(arguments[0]), Path.of(arguments[0]), Clock.systemUTC()).find(arguments[1]);
        var folder = Path.of(arguments[2]);
        var patience =
                new PollingPolicy(Duration.ofSeconds(1), Duration.ofMinutes(10), Clock.systemUTC(), Thread::sleep);
        try (var processes = new Processes();
                var machines = new QemuMachines(processes, folder);
                var fake = new FakeCloudStack(folder.resolve("secondary-storage"));
                var files = FileServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null)) {
            fake.run(machines);
            var admin = fake.admin();
            var cloud = CloudStack.at(
                    Connection.to(fake.endpoint(), null),
                    new Credentials(admin.apiKey(), admin.secretKey()),
                    CallListener.NONE);
            var published = new Publisher(cloud, RunRig::metadata, patience, System.out::println, System.out::println)
                    .publish(new Publisher.PublishRequest(
                            TemplateDisk.of(artifact, List.of("kvm")),
                            List.of(fake.zone1().name()),
                            RunRig.profile(fake.endpoint()),
                            files))
                    .getFirst();
            var outcome = new DeployTest(
                            Duration.ofMinutes(20),
                            cloud,
                            SshRoute.DIRECT,
                            patience,
                            new SecureRandom(),
                            System.out::println,
                            new TestResourceCleanup(
                                    cloud,
                                    folder.resolve("deploy-tests"),
                                    Clock.systemUTC(),
                                    System.out::println,
                                    System.out::println))
                    .run(new DeployTest.DeployRequest(
                            published.template(),
                            "debian",
                            fake.zone1().name(),
                            fake.zone1().networkName(),
                            "Medium Instance",
                            "kvm"));
            outcome.checks()
                    .forEach(check -> System.out.println(
                            (check.isPassed() ? "PASSED " : "FAILED ") + check.title() + ": " + check.detail()));
            System.out.println("TIME " + outcome.timeToSsh());
            System.out.println("LEFT " + fake.instances().size() + " " + fake.keyPairs());
            System.out.println("TAGS " + fake.templates().getFirst().tags().keySet());
        }
        System.exit(0);
    }
}
