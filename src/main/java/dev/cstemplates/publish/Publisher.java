/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.NewTemplate;
import dev.cstemplates.cloudstack.Zone;
import dev.cstemplates.core.Failure;
import dev.cstemplates.delivery.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Publishes disks: each becomes one template in every zone that has hosts for it. Publishing again finds existing templates and completes
 * interrupted publications of any host.
 */
public final class Publisher {

    /**
     * The secondary storage VM has processors for QCOW2, VHD, VMDK, OVA, RAW, ISO and TAR only ({@code com.cloud.storage.template}, up to
     * 4.23).
     */
    private static final String UNREADABLE = "VHDX";

    private final CloudStack cloud;
    private final TemplateMetadata.MetadataSource metadata;
    private final PollingPolicy polling;
    private final Consumer<String> progress;
    private final Consumer<String> notice;

    /**
     * A publisher for one cloud.
     *
     * @param progress receives progress lines
     * @param notice receives messages to the user
     */
    public Publisher(
            CloudStack cloud,
            TemplateMetadata.MetadataSource metadata,
            PollingPolicy polling,
            Consumer<String> progress,
            Consumer<String> notice) {
        this.cloud = cloud;
        this.metadata = metadata;
        this.polling = polling;
        this.progress = progress;
        this.notice = notice;
    }

    /**
     * What to publish and how.
     *
     * @param zones names or ids; empty for all enabled zones
     * @param delivery offers the disks by URL; null to upload them
     */
    public record PublishRequest(
            List<TemplateDisk> disks,
            List<String> zones,
            Profile profile,
            @Nullable Delivery delivery) {}

    /**
     * Publishes all disks, one after another. A failed disk does not stop the others; a {@link Failure} at the end lists all failures.
     */
    public List<Publication> publish(PublishRequest request) {
        return ErrorTranslation.get(() -> {
            noticeTemporaryLinks(request);
            var done = works(request).stream()
                    .map(work -> publish(work, request.delivery()))
                    .toList();
            requireReady(done);
            return done;
        });
    }

    /** Uploads have no address, and private templates stay on one store. */
    private void noticeTemporaryLinks(PublishRequest request) {
        var delivery = request.delivery();
        if (delivery != null && !delivery.isPermanent() && request.profile().visibility() != Profile.Audience.PRIVATE) {
            notice.accept(
                    "the templates are registered with links that end with this command or after some hours. Once a template is promoted, CloudStack downloads it from there again when a zone gets another image store, and fails. Use delivery.url or delivery.folder for lasting addresses");
        }
    }

    /** The calls that {@link #publish} would make, as things are now. */
    public List<String> plan(PublishRequest request) {
        return ErrorTranslation.get(() -> works(request).stream()
                .flatMap(work ->
                        new DryRunPlan(cloud, work.disk, work.template, work.zones, request.delivery()).list().stream())
                .toList());
    }

    /** The template of one disk and its zones. */
    private record DiskWork(TemplateDisk disk, NewTemplate template, List<Zone> zones) {}

    private List<DiskWork> works(PublishRequest request) {
        var planner = new PublishPlanner(cloud, notice);
        var zones = planner.zones(request.zones());
        var works = new ArrayList<DiskWork>();
        for (var disk : request.disks()) {
            if (disk.format().equals(UNREADABLE)) {
                notice.accept(
                        "%s is not published: CloudStack's secondary storage cannot read VHDX; its template would become ready with size 0 and vanish. Import the file into Hyper-V, or give CloudStack a VHD of it ('cst convert --to vhd')"
                                .formatted(disk.candidateName()));
                continue;
            }
            var fit = planner.zonesFor(disk, zones);
            if (!fit.isEmpty()) {
                var details =
                        request.profile().details().getOrDefault(disk.entry().hypervisor(), Map.of());
                var diskMetadata = metadata.of(disk, planner.version());
                works.add(new DiskWork(disk, planner.template(disk, diskMetadata, details, fit), fit));
            }
        }
        if (works.isEmpty()) {
            throw Failure.usage(
                    "None of the zones %s has a host for any of these disks"
                            .formatted(zones.stream().map(Zone::name).toList()),
                    "Choose other zones or hypervisors.");
        }
        return works;
    }

    private Publication publish(DiskWork work, @Nullable Delivery delivery) {
        return new DiskPublication(cloud, work.disk, work.template, work.zones, delivery, polling, progress, notice)
                .run();
    }

    private static void requireReady(List<Publication> publications) {
        var failures = publications.stream()
                .flatMap(each -> each.zones().stream()
                        .filter(zone -> !zone.isReady())
                        .map(zone -> "%s in zone %s: %s"
                                .formatted(
                                        each.disk().candidateName(), zone.zone().name(), zone.reason())))
                .collect(Collectors.joining("\n  "));
        if (!failures.isEmpty()) {
            throw Failure.remote(
                    "Some templates are not ready:\n  " + failures,
                    "Fix the reported errors, then publish again: templates that are ready stay unchanged.",
                    false);
        }
    }
}
