/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.artifact.Draft;
import dev.cstemplates.artifact.Manifest;
import dev.cstemplates.catalog.CloudStackGuests;
import dev.cstemplates.cloudstack.CallListener;
import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackClient;
import dev.cstemplates.cloudstack.Connection;
import dev.cstemplates.cloudstack.Credentials;
import dev.cstemplates.cloudstack.fake.Account;
import dev.cstemplates.cloudstack.fake.FakeCloudStack;
import dev.cstemplates.cloudstack.fake.Template;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Retry;
import dev.cstemplates.core.Version;
import dev.cstemplates.delivery.Delivery;
import dev.cstemplates.delivery.ExistingUrl;
import dev.cstemplates.delivery.FileServer;
import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.export.Content;
import dev.cstemplates.disk.export.DiskExport;
import dev.cstemplates.disk.export.Output;
import dev.cstemplates.disk.ova.OvaMachine;
import dev.cstemplates.disk.raw.RawReader;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A publisher with small real disks and a fake CloudStack. Pauses do not wait: they advance the clocks of both sides, and end a
 * run that was killed.
 */
final class RunRig implements AutoCloseable {

    /** Ends a run whose process counts as killed. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static final int DISK = 4 << 20;

    private final Path folder;
    private final FakeCloudStack fake;
    private final ArtifactStore artifacts;
    private final FileServer files;
    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());
    private int pausesToAction;
    private Runnable pauseAction = () -> {};
    private Account caller;
    private volatile Duration passed = Duration.ZERO;

    RunRig(Path folder) throws IOException {
        this.folder = folder;
        this.fake = new FakeCloudStack(folder.resolve("secondary-storage"));
        this.caller = fake.admin();
        this.artifacts = new ArtifactStore(
                folder.resolve("artifacts"), Files.createDirectories(folder.resolve("locks")), clock());
        this.files = FileServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
    }

    FakeCloudStack fake() {
        return fake;
    }

    /** The notices to the user. */
    List<String> notices() {
        return List.copyOf(notices);
    }

    /** The publisher's clock; pauses advance the server's as well. */
    Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Clock.systemUTC().instant().plus(passed);
            }
        };
    }

    /** Sets the publisher's clock without the server's. */
    void setClock(Duration ahead) {
        passed = ahead;
    }

    /** Runs an action at the publisher's pause {@code number}, counted from 1 from now on. */
    synchronized void onPause(int number, Runnable action) {
        pausesToAction = number;
        pauseAction = action;
    }

    private synchronized void pause(Duration pause) {
        if (--pausesToAction == 0) {
            pauseAction.run();
        }
        if (fake.faults().hasKilled()) {
            throw new Killed();
        }
        passed = passed.plus(pause);
        fake.settings().clockAhead = fake.settings().clockAhead.plus(pause);
    }

    /** Whose keys are used from now on. */
    void as(Account account) {
        caller = account;
    }

    CloudStack cloud() {
        return cloud(caller);
    }

    CloudStack cloud(Account account) {
        var credentials = new Credentials(account.apiKey(), account.secretKey());
        var retry =
                Retry.of(6, Duration.ofSeconds(1), Duration.ofSeconds(16)).with(new Random(1), this::pause, clock());
        var client = new CloudStackClient(
                Connection.to(fake.endpoint(), null), credentials, retry, clock(), CallListener.NONE);
        return new CloudStack(client, credentials);
    }

    PollingPolicy polling() {
        return polling(Duration.ofSeconds(5));
    }

    PollingPolicy polling(Duration pause) {
        return new PollingPolicy(pause, Duration.ofMinutes(30), clock(), this::pause);
    }

    Publisher publisher() {
        return publisher(cloud());
    }

    Publisher publisher(CloudStack cloud) {
        return new Publisher(cloud, RunRig::metadata, polling(), line -> {}, notices::add);
    }

    static TemplateMetadata metadata(TemplateDisk disk, Version server) {
        var details = new TreeMap<>(Map.of("rootDiskController", "virtio"));
        return new TemplateMetadata(
                Stream.of("Debian GNU/Linux 13 (64-bit)", "Debian GNU/Linux 12 (64-bit)")
                        .map(name -> new CloudStackGuests.GuestOsChoice(name, details))
                        .toList(),
                true);
    }

    Lifecycle lifecycle() {
        return new Lifecycle(cloud(), profile(), id -> "Debian 12", clock(), notices::add);
    }

    Profile profile() {
        return profile(fake.endpoint());
    }

    static Profile profile(URI endpoint) {
        return new Profile(
                endpoint,
                null,
                new Profile.CredentialSource(null, null, null, null),
                List.of(),
                List.of(),
                Profile.Audience.FEATURED,
                false,
                "{title} ({hypervisor})",
                10,
                Map.of(),
                Profile.DeliveryMethod.UPLOAD,
                null);
    }

    /** Adds a profile for the fake cloud's administrator to the home that is this rig's folder. */
    void addProfile(String name) throws IOException {
        addProfile(name, fake.admin());
    }

    void addProfile(String name, Account account) throws IOException {
        addProfile(name, account, "[]", "Small Instance");
    }

    /** @param zones as a YAML list */
    void addProfile(String name, Account account, String zones, String offering) throws IOException {
        var profiles = Files.createDirectories(folder.resolve("profiles"));
        var keys = profiles.resolve(name + ".keys");
        Files.createFile(keys, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(keys, "apikey = " + account.apiKey() + "\nsecretkey = " + account.secretKey() + "\n");
        Files.writeString(profiles.resolve(name + ".yaml"), """
            endpoint: %s
            credentials: {file: %s.keys}
            zones: %s
            name: "{title} ({hypervisor}, {arch})"
            test: {network: test-net, offering: %s}
            """.formatted(fake.endpoint(), name, zones, offering));
    }

    /** Published by URL from the built-in file server, or by upload. */
    Publisher.PublishRequest request(Artifact artifact, boolean isUpload, String... hypervisors) {
        return request(artifact, isUpload ? null : files, hypervisors);
    }

    private Publisher.PublishRequest request(Artifact artifact, @Nullable Delivery delivery, String... hypervisors) {
        return new Publisher.PublishRequest(
                TemplateDisk.of(artifact, List.of(hypervisors)), List.of(), profile(), delivery);
    }

    /** Published from a URL whose server does not exist. */
    Publisher.PublishRequest requestFromNowhere(Artifact artifact) {
        var nowhere = new ExistingUrl(URI.create("http://127.0.0.1:1/"));
        return request(artifact, nowhere, "kvm");
    }

    /** A new version of an artifact: one small disk in the format of each hypervisor. */
    Artifact artifact(int seed) throws IOException {
        return artifact(seed, Architecture.X86_64);
    }

    Artifact artifact(int seed, Architecture architecture) throws IOException {
        var built = Files.createDirectories(folder.resolve("built-" + seed));
        var formats =
                new TreeMap<>(Map.of("kvm", DiskFormat.QCOW2, "xenserver", DiskFormat.VHD, "vmware", DiskFormat.OVA));
        var raw = Files.write(built.resolve("disk.raw"), content(seed));
        var drafts = new ArrayList<Draft.DraftFile>();
        try (var processes = new Processes();
                var reader = RawReader.open(raw)) {
            var outputs = formats.entrySet().stream()
                    .map(each -> new Output(
                            each.getValue(),
                            Content.of(reader),
                            built.resolve(each.getKey() + "." + each.getValue().extension()),
                            OvaMachine.ofUnknown("small")))
                    .toList();
            var written = new DiskExport(processes, Clock.systemUTC())
                    .run(reader, outputs, built.resolve("export.log"), line -> {});
            for (var disk : written) {
                var name = disk.output().target().getFileName().toString();
                drafts.add(new Draft.DraftFile(
                        disk.output().target(),
                        name,
                        "disk",
                        new Draft.DraftDisk(
                                name.substring(0, name.indexOf('.')),
                                disk.output().format().id(),
                                disk.size(),
                                disk.contentDigest())));
            }
        }
        return artifacts.add(new Draft(
                "debian-12",
                "Debian 12",
                architecture.id(),
                "test",
                "0".repeat(64),
                DISK,
                new Manifest.ValidationSummary(true, 1, 0, 0, 0),
                new TreeMap<>(),
                drafts,
                List.of()));
    }

    private static byte[] content(int seed) {
        var content = new byte[DISK];
        var noise = new byte[64 << 10];
        new Random(seed).nextBytes(noise);
        System.arraycopy(noise, 0, content, 1 << 20, noise.length);
        return content;
    }

    /** The visible state of all templates, sorted; two clouds in the same state have equal ones. */
    List<String> state() {
        return fake.templates().stream().map(RunRig::described).sorted().toList();
    }

    private static String described(Template template) {
        var zones = template.copies().stream()
                .map(copy -> copy.zone().name() + (copy.isReady() ? " ready" : " " + copy.state()))
                .toList();
        var tags = new TreeMap<>(template.tags());
        tags.replaceAll((key, value) -> value.matches("\\d{4}-.*Z") ? "a time" : value);
        return "%s, %s, %s, %s, %s, %s"
                .formatted(
                        template.name(),
                        template.hypervisor(),
                        zones,
                        tags,
                        template.isPublic() ? "public" : "private",
                        template.isFeatured() ? "featured" : "plain");
    }

    @Override
    public void close() {
        files.close();
        fake.close();
    }
}
