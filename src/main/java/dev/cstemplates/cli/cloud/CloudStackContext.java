/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.cloud;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.core.CstHome;
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
import dev.cstemplates.publish.TestResourceCleanup;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What CloudStack commands share: profiles, audited connections and delivery methods. */
public final class CloudStackContext {

    private final CstHome home;
    private final Supplier<Catalog> catalog;
    private final Clock clock;
    private final Output output;
    private final Profiles profiles;

    public CloudStackContext(CstHome home, Supplier<Catalog> catalog, Clock clock, Output output, Profiles profiles) {
        this.home = home;
        this.catalog = catalog;
        this.clock = clock;
        this.output = output;
        this.profiles = profiles;
    }

    Profiles profiles() {
        return profiles;
    }

    /** Connects; the audit log records changes with {@code command} and {@code subject}. */
    CloudStack connect(String profile, String command, String subject) {
        var found = profiles.find(profile);
        var audit = new AuditLog(
                home.root().resolve("audit.jsonl"),
                clock,
                new AuditLog.AuditContext(System.getProperty("user.name", ""), profile, command, subject));
        var cloud = CloudStack.at(profiles.connection(found), profiles.credentials(found), audit);
        return found.owner() == null ? cloud : cloud.ownedBy(found.owner());
    }

    /** The clean-up of a profile's deploy tests. */
    TestResourceCleanup testCleanup(CloudStack cloud, String profile, Consumer<String> progress) {
        return new TestResourceCleanup(
                cloud, home.root().resolve("deploy-tests").resolve(profile), clock, progress, output::warning);
    }

    /**
     * Removes what killed deploy tests of this host left in the profile's cloud. Every command that changes something there does so first;
     * a failure is a warning.
     */
    void removeAbandonedTests(CloudStack cloud, String profile) {
        try {
            testCleanup(cloud, profile, line -> {})
                    .removeAbandoned()
                    .forEach(name ->
                            output.warning("removed the instance and key that the deploy test " + name + " left"));
        } catch (Failure e) {
            output.warning("cannot remove what a deploy test left: " + e.message());
        }
    }

    Lifecycle lifecycle(CloudStack cloud, Profile profile, boolean isDry) {
        return new Lifecycle(cloud, profile, this::title, clock, output::line, isDry);
    }

    private String title(String id) {
        return catalog.get().definitions().stream()
                .filter(each -> each.id().equals(id))
                .map(each -> each.title())
                .findFirst()
                .orElse(id);
    }

    /** The delivery by URL that a profile configures; null if disks are uploaded. */
    @Nullable
    Delivery delivery(Profile.DeliveryMethod method) {
        if (method.url() != null) {
            return new ExistingUrl(method.url());
        }
        if (method.folder() != null) {
            return new WebFolder(
                    Path.of(method.folder().path()), method.folder().url());
        }
        if (method.serve() != null) {
            return FileServer.start(
                    address(method.serve().listen()), method.serve().address());
        }
        var store = method.s3();
        if (store != null) {
            var location = new Bucket.BucketLocation(
                    store.endpoint(),
                    store.bucket(),
                    store.prefix() == null ? "" : store.prefix(),
                    store.region(),
                    store.pathStyle());
            return new ObjectStore(Bucket.at(location), Duration.ofHours(store.hours()));
        }
        return null;
    }

    private static InetSocketAddress address(String text) {
        var colon = text.lastIndexOf(':');
        var port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            throw Failure.usage(
                    "Invalid delivery.serve.listen '" + text + "' in the profile",
                    "Use ADDRESS:PORT with a port from 0 to 65535, for example 0.0.0.0:8780.");
        }
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(port));
    }
}
