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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes one disk in a loop: lists what exists, does the first missing step, lists again. So it does not matter where an earlier run
 * was interrupted. What cannot be done in one zone does not end the downloads of the others, which may come from this process.
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
    private final Outage outage;
    private final IdleZones idle;
    private final StateChangeTimeout timeout;

    /** Why a zone is not retried in this run, by zone id. */
    private final Map<String, String> givenUp = new HashMap<>();

    /** Zones that this run has started: failures there are this run's and are reported. */
    private final Set<String> begun = new HashSet<>();

    /** Zones that this run has copied to: a second copy would fail in the same way. */
    private final Set<String> copied = new HashSet<>();

    /** The last status of a failed zone, by zone id: the server may remove the template soon after. */
    private final Map<String, String> lastStatus = new HashMap<>();

    private @Nullable URI offered;
    private int attempts;
    private int lost;

    /** Whether one zone is registered at a time, because the server refused all together; the others get copies. */
    private boolean isOneByOne;

    /** Whether a template that nobody took up was registered anew. */
    private boolean isRenewed;

    /** The error after which this run only waits for zones that are under way. */
    private @Nullable CloudStackError failure;

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
        this.outage = new Outage(polling, notice);
        this.idle = new IdleZones(cloud, disk.candidateName(), polling.clock(), notice);
        this.timeout = new StateChangeTimeout(polling);
    }

    Publication run() {
        while (true) {
            var seen = look();
            if (failure != null && !isUnderWay(seen)) {
                throw failure;
            }
            if (seen.isPresent() && isComplete(seen.get())) {
                return result(seen.get());
            }
            if (seen.isEmpty() && isGivenUp()) {
                return new Publication(disk, "", true, states(null));
            }
            try {
                if (seen.isPresent() && failure != null) {
                    await(seen.get());
                } else if (seen.isPresent()) {
                    offer();
                    advance(seen.get());
                } else {
                    begin();
                }
                lost = 0;
            } catch (CloudStackError error) {
                tolerate(error, seen);
            }
        }
    }

    /**
     * After a lost response the next listing shows whether the call was executed; limited, so that it does not loop forever. After any other
     * error the downloads under way are awaited: they need this process if it serves the files.
     */
    private void tolerate(CloudStackError error, Optional<TemplateView> seen) {
        var mayHaveHappened = error.kind() == ErrorKind.NO_ANSWER || error.kind() == ErrorKind.UNREACHABLE;
        if (mayHaveHappened && ++lost < ATTEMPTS) {
            notice.accept(disk.candidateName() + ": " + error.message() + "; checking the outcome");
            polling.pause("Publishing " + disk.candidateName());
            return;
        }
        if (failure != null || !isUnderWay(seen)) {
            throw error;
        }
        failure = error;
        notice.accept(
                "%s: %s; waiting for the zones that still download".formatted(disk.candidateName(), error.message()));
    }

    private boolean isUnderWay(Optional<TemplateView> seen) {
        return seen.isPresent()
                && zones.stream()
                        .filter(zone -> !givenUp.containsKey(zone.id()))
                        .anyMatch(zone -> seen.get()
                                .in(zone)
                                .filter(TemplateView::isUnderWay)
                                .isPresent());
    }

    /** The current template of this disk, if any. Waits while the API is away, as long as for any other change. */
    private Optional<TemplateView> look() {
        while (true) {
            try {
                var seen = listed();
                if (outage.end()) {
                    timeout.restart();
                }
                return seen;
            } catch (CloudStackError error) {
                outage.tolerate(error);
                polling.pause("Publishing " + disk.candidateName());
            }
        }
    }

    private Optional<TemplateView> listed() {
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

    private boolean isGivenUp() {
        return zones.stream().allMatch(zone -> givenUp.containsKey(zone.id()));
    }

    private List<Zone> remaining() {
        return zones.stream().filter(zone -> !givenUp.containsKey(zone.id())).toList();
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
        var target = isOneByOne
                ? template.in(remaining().getFirst().id())
                : template.in(remaining().stream().map(Zone::id).toList());
        begun.addAll(target.zones());
        progress.accept(disk.candidateName() + ": registering");
        try {
            cloud.templates().register(target, url, disk.entry().sha256()).stream()
                    .findFirst()
                    .ifPresent(entry -> known = entry.id());
        } catch (CloudStackError error) {
            refused(error, target);
        }
    }

    /**
     * A refusal may leave the template behind: the server stores it before it looks for storage in each zone in turn, so that the zones before
     * the one without storage download, and those after it do not.
     */
    private void refused(CloudStackError error, NewTemplate target) {
        var left = error.kind() == ErrorKind.SERVER ? search.find() : Optional.<TemplateView>empty();
        if (left.isEmpty()) {
            throw error;
        }
        known = left.get().id();
        if (isUnderWay(left) || left.get().ready().isPresent()) {
            notice.accept("%s: %s. It is registered nevertheless; the zones that do not download get a copy"
                    .formatted(disk.candidateName(), error.message()));
            idle.hasBeenRefused();
            return;
        }
        discard(known, null);
        begun.removeAll(target.zones());
        attempts = 0;
        if (target.zones().size() == 1) {
            var zone = remaining().getFirst();
            givenUp.put(zone.id(), withAdvice(zone, error.message()));
        }
        isOneByOne = true;
    }

    private static String withAdvice(Zone zone, String reason) {
        return "%s (has zone %s secondary storage with free space? Leave it out with --zone or the profile's 'zones')"
                .formatted(reason, zone.name());
    }

    private void upload() {
        var zone = remaining().getFirst();
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
    private void advance(TemplateView seen) {
        if (!seen.hasTags(disk.tags())) {
            TemplateTags.set(cloud, seen.id(), seen.tags(), disk.tags());
            return;
        }
        for (var zone : remaining()) {
            var entry = seen.in(zone);
            if (entry.isPresent() && TemplateView.isFailed(entry.get())) {
                failed(seen, zone, TemplateView.status(entry.get()));
                return;
            }
            if (entry.isPresent() && TemplateView.waitsForUpload(entry.get()) && !begun.contains(zone.id())) {
                discard(seen.id(), null);
                return;
            }
        }
        var waiting = remaining().stream()
                .filter(zone -> seen.in(zone).isEmpty()
                        || idle.isIdle(zone, seen.in(zone).get(), begun.contains(zone.id())))
                .toList();
        var source = seen.ready();
        if (!waiting.isEmpty() && source.isPresent()) {
            copy(seen, source.get(), waiting.getFirst());
            return;
        }
        if (!waiting.isEmpty() && seen.entries().stream().allMatch(TemplateView::isFailed)) {
            waiting.forEach(zone -> givenUp.put(zone.id(), "no zone has a copy to copy from"));
            return;
        }
        if (waiting.size() == remaining().size() && mayRenew()) {
            renew(seen);
            return;
        }
        await(seen);
    }

    /** A template that no zone takes up: one of an earlier run, or of this one when the storage VM is back, which does not look for it. */
    private boolean mayRenew() {
        return !isRenewed && (begun.isEmpty() || remaining().stream().anyMatch(idle::isStorageUp));
    }

    private void renew(TemplateView seen) {
        isRenewed = true;
        notice.accept(disk.candidateName() + ": no zone has taken it up; registering it again");
        discard(seen.id(), null);
        begun.clear();
        idle.restart();
    }

    /** A failure of an earlier run is deleted and retried; one of this run is reported with the server's text. */
    private void failed(TemplateView seen, Zone zone, String reason) {
        if (begun.contains(zone.id()) || copied.contains(zone.id())) {
            givenUp.put(zone.id(), reason);
            return;
        }
        progress.accept(
                "%s: zone %s failed before (%s); retrying".formatted(disk.candidateName(), zone.name(), reason));
        if (seen.ready().isEmpty()) {
            discard(seen.id(), null);
            return;
        }
        try {
            discard(seen.id(), zone.id());
        } catch (CloudStackError error) {
            copy(seen, seen.ready().get(), zone);
        }
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

    /**
     * Copies to one zone: among several, one without storage would fail them all, and a job succeeds when one of several copies did. The
     * next listing shows whether the zone has its copy. It also replaces one that the server's restart left unfinished, which cannot be
     * deleted.
     */
    private void copy(TemplateView seen, Template from, Zone to) {
        if (!copied.add(to.id())) {
            givenUp.put(
                    to.id(),
                    withAdvice(
                            to, "the copy's job ended, but the zone has no copy; check the management server's log"));
            return;
        }
        progress.accept("%s: copying to %s".formatted(disk.candidateName(), to.name()));
        try {
            cloud.templates().copy(seen.id(), from.zone(), List.of(to.id()));
        } catch (CloudStackError error) {
            givenUp.put(to.id(), withAdvice(to, error.message()));
        }
    }

    private void await(TemplateView seen) {
        var now = zones.stream()
                .map(zone -> zone.name() + ": "
                        + seen.in(zone)
                                .map(entry -> TemplateView.isReady(entry) ? "ready" : TemplateView.status(entry))
                                .orElse("waiting for a copy"))
                .toList();
        if (timeout.isExceededBy(now)) {
            if (failure != null) {
                throw failure;
            }
            stuck(seen);
            return;
        }
        progress.accept(disk.candidateName() + ": " + String.join(", ", now));
        polling.pause("Publishing " + disk.candidateName());
    }

    /** Leftovers of an earlier run are deleted and retried; a zone that others can help gets a copy; the rest is given up. */
    private void stuck(TemplateView seen) {
        timeout.restart();
        var unfinished = remaining().stream()
                .filter(zone -> seen.in(zone).filter(TemplateView::isReady).isEmpty())
                .toList();
        if (seen.ready().isEmpty() && begun.isEmpty()) {
            discard(seen.id(), null);
            return;
        }
        var isTakenUp = unfinished.stream()
                .anyMatch(zone -> seen.in(zone).filter(TemplateView::isUnderWay).isPresent());
        if (seen.ready().isEmpty() && !isTakenUp && !isRenewed && delivery != null) {
            renew(seen);
            return;
        }
        for (var zone : unfinished) {
            if (seen.ready().isPresent() && !copied.contains(zone.id())) {
                copy(seen, seen.ready().get(), zone);
            } else {
                givenUp.put(
                        zone.id(),
                        "no change for %d min: %s"
                                .formatted(
                                        polling.stall().toMinutes(),
                                        seen.in(zone).map(TemplateView::status).orElse("missing")));
            }
        }
    }

    private Publication result(TemplateView seen) {
        return new Publication(disk, seen.id(), !begun.isEmpty() || !copied.isEmpty(), states(seen));
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
