package dev.cstemplates.cli.cloud;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.catalog.CloudStackGuests;
import dev.cstemplates.cli.App;
import dev.cstemplates.cli.terminal.ProgressLine;
import dev.cstemplates.cli.terminal.ShutdownHook;
import dev.cstemplates.core.LockFile;
import dev.cstemplates.delivery.Delivery;
import dev.cstemplates.publish.DefinitionMetadata;
import dev.cstemplates.publish.PollingPolicy;
import dev.cstemplates.publish.Publication;
import dev.cstemplates.publish.Publisher;
import dev.cstemplates.publish.TemplateDisk;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Brings artifacts into the cloud of a profile, for the commands that do.
 *
 * @param hypervisors empty for the profile's
 * @param zones empty for the profile's
 */
public record PublishService(App app, String profile, List<String> hypervisors, List<String> zones) {

    /** As the profile says. */
    public PublishService(App app, String profile) {
        this(app, profile, List.of(), List.of());
    }

    /** Fails where the profile or its credentials are not there. */
    public void check() {
        var profiles = app.clouds().profiles();
        profiles.credentials(profiles.find(profile));
    }

    /** Publishes the way that the profile says. */
    public List<Publication> publish(Artifact artifact) {
        var way = app.clouds().profiles().find(profile).delivery();
        try (var delivery = app.clouds().delivery(way)) {
            return run(artifact, delivery, Publisher::publish);
        }
    }

    /**
     * Lets {@code action} work with a publisher, alone on this host.
     *
     * @param delivery offers the disks by URL; null to upload them
     */
    <T> T run(
            Artifact artifact, @Nullable Delivery delivery, BiFunction<Publisher, Publisher.PublishRequest, T> action) {
        var found = app.clouds().profiles().find(profile);
        var disks = TemplateDisk.of(artifact, hypervisors.isEmpty() ? found.hypervisors() : hypervisors);
        var cloud = app.clouds().connect(profile, "publish", artifact.reference());
        var metadata = new DefinitionMetadata(app.catalog(), CloudStackGuests.load(app.installation()));
        var progress = new ProgressLine(app.output().err());
        var publisher = new Publisher(
                cloud,
                metadata,
                PollingPolicy.DEFAULT,
                progress,
                text -> app.output().warning(text));
        var publishing = Thread.currentThread();
        var lock = app.home().locks().resolve("publish-" + profile + ".lock");
        try (var _ = new ShutdownHook(publishing::interrupt);
                var _ = LockFile.acquire(lock, () -> app.output().warning("waiting for another 'cst publish'"))) {
            return action.apply(
                    publisher,
                    new Publisher.PublishRequest(disks, zones.isEmpty() ? found.zones() : zones, found, delivery));
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
