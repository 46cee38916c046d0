/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.cloud;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.cli.terminal.ProgressLine;
import dev.cstemplates.cli.terminal.ShutdownHook;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.LockFile;
import dev.cstemplates.delivery.Delivery;
import dev.cstemplates.publish.PollingPolicy;
import dev.cstemplates.publish.Publication;
import dev.cstemplates.publish.Publisher;
import dev.cstemplates.publish.TemplateDisk;
import dev.cstemplates.publish.TemplateMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Publishes artifacts to the CloudStack of a profile. */
public final class PublishService {

    private final CloudStackContext clouds;
    private final TemplateMetadata.MetadataSource metadata;
    private final CstHome home;
    private final Output output;

    /** @param metadata of the templates */
    public PublishService(
            CloudStackContext clouds, TemplateMetadata.MetadataSource metadata, CstHome home, Output output) {
        this.clouds = clouds;
        this.metadata = metadata;
        this.home = home;
        this.output = output;
    }

    /** Fails if the profile or its credentials are missing. */
    public void requireProfile(String profile) {
        var profiles = clouds.profiles();
        profiles.credentials(profiles.find(profile));
    }

    /** Publishes as the profile configures. */
    public List<Publication> publish(Artifact artifact, String profile) {
        var method = clouds.profiles().find(profile).delivery();
        try (var delivery = clouds.delivery(method)) {
            return publish(artifact, new Target(profile, List.of(), List.of()), delivery);
        }
    }

    /** Publishes to a target. */
    List<Publication> publish(Artifact artifact, Target target, @Nullable Delivery delivery) {
        clouds.removeAbandonedTests(
                clouds.connect(target.profile(), "publish", artifact.reference()), target.profile());
        return run(artifact, target, delivery, Publisher::publish);
    }

    /**
     * Where to publish.
     *
     * @param hypervisors empty for the profile's
     * @param zones empty for the profile's
     */
    record Target(String profile, List<String> hypervisors, List<String> zones) {}

    /**
     * Runs {@code action} with a publisher, exclusively on this host.
     *
     * @param delivery offers the disks by URL; null to upload them
     */
    <T> T run(
            Artifact artifact,
            Target target,
            @Nullable Delivery delivery,
            BiFunction<Publisher, Publisher.PublishRequest, T> action) {
        var profile = clouds.profiles().find(target.profile());
        var disks = TemplateDisk.of(
                artifact, target.hypervisors().isEmpty() ? profile.hypervisors() : target.hypervisors());
        var cloud = clouds.connect(target.profile(), "publish", artifact.reference());
        var progress = new ProgressLine(output.err());
        var publisher = new Publisher(cloud, metadata, PollingPolicy.DEFAULT, progress, output::warning);
        var publishing = Thread.currentThread();
        var lock = home.locks().resolve("publish-" + target.profile() + ".lock");
        try (var _ = new ShutdownHook(publishing::interrupt);
                var _ = LockFile.acquire(lock, () -> output.warning("waiting for another 'cst publish'"))) {
            return action.apply(
                    publisher,
                    new Publisher.PublishRequest(
                            disks, target.zones().isEmpty() ? profile.zones() : target.zones(), profile, delivery));
        } finally {
            progress.end();
        }
    }

    public static Map<String, Object> fields(Publication publication) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("artifact", publication.disk().reference());
        fields.put("hypervisor", publication.disk().entry().hypervisor());
        fields.put("template", publication.template());
        fields.put("new", publication.isNew());
        fields.put("zones", zoneNames(publication));
        return fields;
    }

    public static List<String> zoneNames(Publication publication) {
        return publication.zones().stream().map(each -> each.zone().name()).toList();
    }
}
