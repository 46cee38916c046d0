package dev.cstemplates.cli.cloud;

import dev.cstemplates.cli.App;
import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.core.Failure;
import dev.cstemplates.delivery.Bucket;
import dev.cstemplates.delivery.Delivery;
import dev.cstemplates.delivery.ExistingUrl;
import dev.cstemplates.delivery.FileServer;
import dev.cstemplates.delivery.ObjectStore;
import dev.cstemplates.delivery.WebFolder;
import dev.cstemplates.publish.AuditLog;
import dev.cstemplates.publish.Lifecycle;
import dev.cstemplates.publish.Profile;
import dev.cstemplates.publish.Profiles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What commands about CloudStack share: profiles, connections with their audit log, ways of delivery. */
public final class CloudStackContext {

    private final App app;
    private final Profiles profiles;

    public CloudStackContext(App app, Map<String, String> environment) {
        this.app = app;
        this.profiles = new Profiles(app.home().root().resolve("profiles"), environment, app.processes());
    }

    Profiles profiles() {
        return profiles;
    }

    /** A connection whose changes are written to the audit log as {@code command}'s, about {@code subject}. */
    CloudStack connect(String profile, String command, String subject) {
        var found = profiles.find(profile);
        var audit = new AuditLog(
                app.home().root().resolve("audit.jsonl"),
                app.clock(),
                new AuditLog.AuditContext(System.getProperty("user.name", ""), profile, command, subject));
        return CloudStack.at(profiles.connection(found), profiles.credentials(found), audit);
    }

    Lifecycle lifecycle(CloudStack cloud, Profile profile) {
        return new Lifecycle(
                cloud, profile, this::title, app.clock(), text -> app.output().line(text));
    }

    private String title(String id) {
        return app.catalog().definitions().stream()
                .filter(each -> each.id().equals(id))
                .map(each -> each.title())
                .findFirst()
                .orElse(id);
    }

    /** How the profile says that disks are offered by URL; null where they are uploaded. */
    @Nullable
    Delivery delivery(Profile.DeliveryMethod way) {
        if (way.url() != null) {
            return new ExistingUrl(way.url());
        }
        if (way.folder() != null) {
            return new WebFolder(Path.of(way.folder().path()), way.folder().url());
        }
        if (way.serve() != null) {
            return FileServer.start(address(way.serve().listen()), way.serve().address());
        }
        var store = way.s3();
        if (store != null) {
            var place = new Bucket.BucketLocation(
                    store.endpoint(),
                    store.bucket(),
                    store.prefix() == null ? "" : store.prefix(),
                    store.region(),
                    store.pathStyle());
            return new ObjectStore(Bucket.at(place), Duration.ofHours(store.hours()));
        }
        return null;
    }

    private static InetSocketAddress address(String text) {
        var colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw Failure.usage("'" + text + "' is no address to listen at", "It looks like 0.0.0.0:8780.");
        }
        return new InetSocketAddress(
                text.substring(0, colon), Math.min(65535, Integer.parseInt(text.substring(colon + 1))));
    }
}
