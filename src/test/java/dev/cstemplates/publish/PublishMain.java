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
import dev.cstemplates.delivery.FileServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Publishes an artifact in a process that a test kills: endpoint, keys, the store's folder, the artifact, {@code upload} or {@code url}. */
final class PublishMain {

    private PublishMain() {}

    public static void main(String[] arguments) {
        var endpoint = URI.create(arguments[0]);
        var cloud = CloudStack.at(
                Connection.to(endpoint, null), new Credentials(arguments[1], arguments[2]), CallListener.NONE);
        var artifact =
                new ArtifactStore(Path.of(arguments[3]), Path.of(arguments[3]), Clock.systemUTC()).find(arguments[4]);
        var polling =
                new PollingPolicy(Duration.ofMillis(200), Duration.ofMinutes(5), Clock.systemUTC(), Thread::sleep);
        try (var files = FileServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null)) {
            new Publisher(cloud, RunRig::metadata, polling, line -> {}, line -> {})
                    .publish(new Publisher.PublishRequest(
                            TemplateDisk.of(artifact, List.of("kvm")),
                            List.of(),
                            RunRig.profile(endpoint),
                            arguments[5].equals("upload") ? null : files));
        }
    }
}
