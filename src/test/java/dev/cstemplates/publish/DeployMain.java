package dev.cstemplates.publish;

import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.cloudstack.CallListener;
import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.Connection;
import dev.cstemplates.cloudstack.Credentials;
import dev.cstemplates.cloudstack.standin.StandIn;
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
 * Publishes an artifact to a stand-in and runs the deploy test against a real guest, all in the network namespace that this process was
 * started in. Arguments: the artifacts' folder, the artifact, a work folder. Prints one line a check, and what is left afterwards.
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
                var standIn = new StandIn(folder.resolve("secondary-storage"));
                var files = FileServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null)) {
            standIn.run(machines);
            var admin = standIn.admin();
            var cloud = CloudStack.at(
                    Connection.to(standIn.endpoint(), null),
                    new Credentials(admin.apiKey(), admin.secretKey()),
                    CallListener.NONE);
            var published = new Publisher(cloud, RunRig::metadata, patience, System.out::println, System.out::println)
                    .publish(new Publisher.PublishRequest(
                            TemplateDisk.of(artifact, List.of("kvm")),
                            List.of(standIn.zone1().name()),
                            RunRig.profile(standIn.endpoint()),
                            files))
                    .getFirst();
            var outcome = new DeployTest(cloud, SshRoute.DIRECT, patience, new SecureRandom(), System.out::println)
                    .run(new DeployTest.DeployRequest(
                            published.template(),
                            "debian",
                            standIn.zone1().name(),
                            standIn.zone1().networkName(),
                            "Medium Instance",
                            "kvm"));
            outcome.checks()
                    .forEach(check -> System.out.println(
                            (check.isPassed() ? "PASSED " : "FAILED ") + check.title() + ": " + check.detail()));
            System.out.println("TIME " + outcome.timeToSsh());
            System.out.println("LEFT " + standIn.instances().size() + " " + standIn.keyPairs());
            System.out.println("TAGS " + standIn.templates().getFirst().tags().keySet());
        }
        System.exit(0);
    }
}
