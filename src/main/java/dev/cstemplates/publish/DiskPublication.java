/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.cloudstack.NewTemplate;
import dev.cstemplates.cloudstack.Template;
import dev.cstemplates.cloudstack.Zone;
import dev.cstemplates.delivery.Delivery;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes one disk in a loop: lists what exists, does the first missing step, lists again. So it does not matter where an earlier run
 * was interrupted.
 */
final class DiskPublication {

    /** Attempts of a registration or upload whose outcome is unknown. */
    private static final int ATTEMPTS = 3;

    private final CloudStack cloud;
    private final TemplateDisk disk;
    private final NewTemplate template;
    private final List<Zone> zones;
    private final @Nullable Delivery delivery;
    private final PollingPolicy polling;
    private final Consumer<String> progress;
    private final Consumer<String> notice;
    private final TemplateSearch search;

    /** Why a zone is not retried in this run, by zone id. */
    private final Map<String, String> givenUp = new HashMap<>();

    /** Zones that this run has started: failures there are this run's and are reported. */
    private final List<String> begun = new ArrayList<>();

    /** The last status of a failed zone, by zone id: the server may remove the template soon after. */
    private final Map<String, String> lastStatus = new HashMap<>();

    private @Nullable URI offered;
    private int attempts;
    private int lost;

    /** The template's id once it is found or created; empty before that and after its deletion. */
    private String known = "";

    DiskPublication(
            CloudStack cloud,
            TemplateDisk disk,
            NewTemplate template,
            List<Zone> zones,
            @Nullable Delivery delivery,
            PollingPolicy polling,
            Consumer<String> progress,
            Consumer<String> notice) {
        this.cloud = cloud;
        this.disk = disk;
        this.template = template;
        this.zones = zones;
        this.delivery = delivery;
        this.polling = polling;
        this.progress = progress;
        this.notice = notice;
        this.search = new TemplateSearch(cloud, disk, notice);
    }

    Publication run() {
        var timeout = new StateChangeTimeout(polling);
        while (true) {
            var seen = look();
            if (seen.isPresent() && isComplete(seen.get())) {
                if (isKept(seen.get())) {
                    return result(seen.get());
                }
                continue;
            }
            if (seen.isEmpty() && isGivenUp()) {
                return new Publication(disk, "", true, states(null));
            }
            try {
                if (seen.isPresent()) {
                    offer();
                    advance(seen.get(), timeout);
                } else {
                    begin();
                }
            } catch (CloudStackError error) {
                tolerate(error);
            }
        }
    }

    /** After a lost response the next listing shows whether the call was executed; limited, so that it does not loop forever. */
    private void tolerate(CloudStackError error) {
        var mayHaveHappened = error.kind() == ErrorKind.NO_ANSWER || error.kind() == ErrorKind.UNREACHABLE;
        if (!mayHaveHappened || ++lost >= ATTEMPTS) {
            throw error;
        }
        notice.accept(disk.candidateName() + ": " + error.message() + "; checking the outcome");
        polling.pause("Publishing " + disk.candidateName());
    }

    /** The current template of this disk, if any. */
    private Optional<TemplateView> look() {
        if (!known.isEmpty()) {
            var entries = cloud.templates().byId(known);
            entries.stream()
                    .filter(TemplateView::isFailed)
                    .forEach(entry -> lastStatus.put(entry.zone(), TemplateView.status(entry)));
            if (!entries.isEmpty()) {
                return Optional.of(new TemplateView(entries));
            }
            vanished();
        }
        var found = search.find();
        known = found.map(TemplateView::id).orElse("");
        return found;
    }

    /** A template that this run created and that is no longer listed is not created again: that could make a duplicate. */
    private void vanished() {
        if (!begun.isEmpty()) {
            var message =
                    "template %s has vanished: CloudStack removes failed uploads, and hides %s templates if no zone has a host of that hypervisor"
                            .formatted(known, disk.hypervisor());
            zones.forEach(zone -> {
                var last = lastStatus.get(zone.id());
                givenUp.putIfAbsent(zone.id(), last == null ? message : last + "; " + message);
            });
        }
        known = "";
    }

    /** Offers the disk and returns its URL; null if it is uploaded. */
    private @Nullable URI offer() {
        if (delivery != null && offered == null) {
            offered = delivery.offer(
                    disk.item(), bytes -> progress.accept(disk.candidateName() + ": delivering, " + percent(bytes)));
        }
        return offered;
    }

    /** Whether the template has its tags and each zone is ready or given up. */
    private boolean isComplete(TemplateView seen) {
        return seen.hasTags(disk.tags())
                && zones.stream()
                        .allMatch(zone -> givenUp.containsKey(zone.id())
                                || seen.in(zone).filter(TemplateView::isReady).isPresent());
    }

    /**
     * Looks again for a template of another host that published the same disk at the same time. Of two, all hosts keep the same one;
     * this run deletes its own if that is the other. False if it did.
     */
    private boolean isKept(TemplateView seen) {
        var kept = search.find();
        if (begun.isEmpty() || kept.isEmpty() || kept.get().id().equals(seen.id())) {
            return true;
        }
        notice.accept("%s was published by another host at the same time; deleting %s, keeping %s"
                .formatted(disk.candidateName(), seen.id(), kept.get().id()));
        cloud.templates().delete(seen.id(), null);
        begun.clear();
        known = kept.get().id();
        return false;
    }

    private boolean isGivenUp() {
        return zones.stream().allMatch(zone -> givenUp.containsKey(zone.id()));
    }

    /** Registers or uploads. */
    private void begin() {
        if (++attempts > ATTEMPTS) {
            zones.forEach(zone -> givenUp.putIfAbsent(zone.id(), "no response after " + ATTEMPTS + " attempts"));
            return;
        }
        var url = offer();
        if (url == null) {
            upload();
            return;
        }
        begun.addAll(template.zones());
        progress.accept(disk.candidateName() + ": registering");
        cloud.templates().register(template, url, disk.entry().sha256()).stream()
                .findFirst()
                .ifPresent(entry -> known = entry.id());
    }

    private void upload() {
        var zone = zones.getFirst();
        var ticket = cloud.templates().upload(template.in(zone.id()));
        begun.add(zone.id());
        try {
            cloud.uploads()
                    .send(
                            ticket,
                            disk.file(),
                            bytes -> progress.accept(disk.candidateName() + ": uploading, " + percent(bytes)));
            known = ticket.template();
        } catch (CloudStackError error) {
            // The ticket is used up. Its template is deleted now or when the next listing shows it, before the next
            // attempt.
            begun.remove(zone.id());
            discardIfPossible(ticket.template());
            throw error;
        }
    }

    private String percent(long bytes) {
        return bytes * 100 / Math.max(1, disk.entry().size()) + " %";
    }

    /** Does the first missing step. */
    private void advance(TemplateView seen, StateChangeTimeout timeout) {
        if (!seen.hasTags(disk.tags())) {
            TemplateTags.set(cloud, seen.id(), seen.tags(), disk.tags());
            return;
        }
        for (var zone : zones) {
            var entry = seen.in(zone);
            if (entry.isPresent() && TemplateView.isFailed(entry.get()) && !givenUp.containsKey(zone.id())) {
                failed(seen, zone, TemplateView.status(entry.get()));
                return;
            }
            if (entry.isPresent() && TemplateView.waitsForUpload(entry.get()) && !begun.contains(zone.id())) {
                discard(seen.id(), null);
                return;
            }
        }
        var missing = zones.stream()
                .filter(zone -> seen.in(zone).isEmpty() && !givenUp.containsKey(zone.id()))
                .toList();
        if (!missing.isEmpty() && seen.ready().isPresent()) {
            copy(seen, seen.ready().get(), missing);
            return;
        }
        if (!missing.isEmpty() && seen.entries().stream().allMatch(TemplateView::isFailed)) {
            missing.forEach(zone -> givenUp.put(zone.id(), "no zone has a copy to copy from"));
            return;
        }
        await(seen, timeout);
    }

    /** A failure of an earlier run is deleted and retried; one of this run is reported with the server's text. */
    private void failed(TemplateView seen, Zone zone, String reason) {
        if (begun.contains(zone.id())) {
            givenUp.put(zone.id(), reason);
            return;
        }
        progress.accept(
                "%s: zone %s failed before (%s); retrying".formatted(disk.candidateName(), zone.name(), reason));
        discard(seen.id(), seen.ready().isPresent() ? zone.id() : null);
    }

    private void discard(String id, @Nullable String zone) {
        cloud.templates().delete(id, zone);
        if (zone == null) {
            known = "";
        }
    }

    /** The server does not delete a template that it counts as being downloaded. */
    private void discardIfPossible(String id) {
        try {
            discard(id, null);
        } catch (CloudStackError error) {
            notice.accept("cannot delete template " + id + " yet: " + error.message());
        }
    }

    private void copy(TemplateView seen, Template from, List<Zone> to) {
        var again = to.stream().filter(zone -> begun.contains(zone.id())).toList();
        if (!again.isEmpty()) {
            again.forEach(zone -> givenUp.put(
                    zone.id(),
                    "the copy's job succeeded, but the zone has no copy; check the management server's log"));
            return;
        }
        to.forEach(zone -> begun.add(zone.id()));
        progress.accept("%s: copying to %s"
                .formatted(disk.candidateName(), to.stream().map(Zone::name).toList()));
        try {
            cloud.templates()
                    .copy(seen.id(), from.zone(), to.stream().map(Zone::id).toList());
        } catch (CloudStackError error) {
            to.forEach(zone -> givenUp.put(zone.id(), error.message()));
        }
    }

    private void await(TemplateView seen, StateChangeTimeout timeout) {
        var now = zones.stream()
                .map(zone -> zone.name() + ": "
                        + seen.in(zone)
                                .map(entry -> TemplateView.isReady(entry) ? "ready" : TemplateView.status(entry))
                                .orElse("waiting for a copy"))
                .toList();
        if (timeout.isExceededBy(now)) {
            stuck(seen);
            return;
        }
        progress.accept(disk.candidateName() + ": " + String.join(", ", now));
        polling.pause("Publishing " + disk.candidateName());
    }

    /** Leftovers of an earlier run are deleted and retried; what this run started is given up. */
    private void stuck(TemplateView seen) {
        if (begun.isEmpty() && seen.ready().isEmpty()) {
            discard(seen.id(), null);
            return;
        }
        var minutes = polling.stall().toMinutes();
        zones.stream()
                .filter(zone -> seen.in(zone).filter(TemplateView::isReady).isEmpty())
                .forEach(zone -> givenUp.putIfAbsent(
                        zone.id(),
                        "no change for %d min: %s"
                                .formatted(
                                        minutes,
                                        seen.in(zone).map(TemplateView::status).orElse("missing"))));
    }

    private Publication result(TemplateView seen) {
        return new Publication(disk, seen.id(), !begun.isEmpty(), states(seen));
    }

    private List<ZoneState> states(@Nullable TemplateView seen) {
        return zones.stream()
                .map(zone -> {
                    var isReady = seen != null
                            && seen.in(zone).filter(TemplateView::isReady).isPresent();
                    return new ZoneState(zone, isReady, isReady ? "" : givenUp.getOrDefault(zone.id(), "missing"));
                })
                .toList();
    }
}
