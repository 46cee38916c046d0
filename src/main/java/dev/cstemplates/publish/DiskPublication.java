package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.cloudstack.CloudStackError.Kind;
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
 * Publishes one disk: looks what is there, does the one thing that is missing, looks again. So it does not matter where an earlier run was
 * ended, or by what.
 */
final class DiskPublication {

    /** Tries of a registration or upload whose outcome was lost. */
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

    /** Why a zone is not tried again in this run, by its id. */
    private final Map<String, String> givenUp = new HashMap<>();

    /** Zones that this run has asked for, so that what fails there is this run's own doing and is told. */
    private final List<String> begun = new ArrayList<>();

    /** What the server said last of a zone that failed, by its id: it may forget the template soon after. */
    private final Map<String, String> lastWords = new HashMap<>();

    private @Nullable URI offered;
    private int attempts;
    private int lost;

    /** The template's id, once it is found or made; empty before that, and after it was cleared away. */
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
            if (seen.isPresent() && isWhole(seen.get())) {
                return result(seen.get());
            }
            if (seen.isEmpty() && isHopeless()) {
                return new Publication(disk, "", true, states(null));
            }
            try {
                if (seen.isPresent()) {
                    offer();
                    mend(seen.get(), timeout);
                } else {
                    begin();
                }
            } catch (CloudStackError error) {
                survive(error);
            }
        }
    }

    /** Whether something was done whose answer was lost, the next look shows; but not for ever. */
    private void survive(CloudStackError error) {
        var mayHaveHappened = error.kind() == Kind.NO_ANSWER || error.kind() == Kind.UNREACHABLE;
        if (!mayHaveHappened || ++lost >= ATTEMPTS) {
            throw error;
        }
        notice.accept(disk.candidateName() + ": " + error.message() + "; looking what became of it");
        polling.pause("Publishing " + disk.candidateName());
    }

    /** What there is of this disk now. */
    private Optional<TemplateView> look() {
        if (!known.isEmpty()) {
            var entries = cloud.templates().byId(known);
            entries.stream()
                    .filter(TemplateView::isFailed)
                    .forEach(entry -> lastWords.put(entry.zone(), TemplateView.words(entry)));
            if (!entries.isEmpty()) {
                return Optional.of(new TemplateView(entries));
            }
            vanished();
        }
        var found = search.find();
        known = found.map(TemplateView::id).orElse("");
        return found;
    }

    /** What this run made and is listed no more is not made again: that could make a second one. */
    private void vanished() {
        if (!begun.isEmpty()) {
            var words =
                    "template %s has vanished: CloudStack removes uploads that failed, and hides templates of %s when no zone has a host of it"
                            .formatted(known, disk.hypervisor());
            zones.forEach(zone -> {
                var last = lastWords.get(zone.id());
                givenUp.putIfAbsent(zone.id(), last == null ? words : last + "; " + words);
            });
        }
        known = "";
    }

    /** The disk's address, offered from now on; null where it is uploaded. */
    private @Nullable URI offer() {
        if (delivery != null && offered == null) {
            offered = delivery.offer(
                    disk.item(), bytes -> progress.accept(disk.candidateName() + ": delivering, " + percent(bytes)));
        }
        return offered;
    }

    /** Whether nothing is left to do: tagged, and each zone ready or given up. */
    private boolean isWhole(TemplateView seen) {
        return seen.hasTags(disk.tags())
                && zones.stream()
                        .allMatch(zone -> givenUp.containsKey(zone.id())
                                || seen.in(zone).filter(TemplateView::isReady).isPresent());
    }

    private boolean isHopeless() {
        return zones.stream().allMatch(zone -> givenUp.containsKey(zone.id()));
    }

    /** Registers or uploads. */
    private void begin() {
        if (++attempts > ATTEMPTS) {
            zones.forEach(zone -> givenUp.putIfAbsent(zone.id(), "it was lost " + ATTEMPTS + " times"));
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
            // The ticket is used up: what it made goes, now or when a next look finds it, so that a new try begins
            // afresh.
            begun.remove(zone.id());
            discardIfPossible(ticket.template());
            throw error;
        }
    }

    private String percent(long bytes) {
        return bytes * 100 / Math.max(1, disk.entry().size()) + " %";
    }

    /** Does the first thing that is missing. */
    private void mend(TemplateView seen, StateChangeTimeout timeout) {
        if (!seen.hasTags(disk.tags())) {
            TemplateTags.set(cloud, seen.id(), seen.tags(), disk.tags());
            return;
        }
        for (var zone : zones) {
            var entry = seen.in(zone);
            if (entry.isPresent() && TemplateView.isFailed(entry.get()) && !givenUp.containsKey(zone.id())) {
                failed(seen, zone, TemplateView.words(entry.get()));
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
            missing.forEach(zone -> givenUp.put(zone.id(), "there is nothing to copy from"));
            return;
        }
        await(seen, timeout);
    }

    /** A failure of an earlier run is cleared away and tried anew; one of this run is told with the server's words. */
    private void failed(TemplateView seen, Zone zone, String words) {
        if (begun.contains(zone.id())) {
            givenUp.put(zone.id(), words);
            return;
        }
        progress.accept(
                "%s: zone %s failed before (%s); trying anew".formatted(disk.candidateName(), zone.name(), words));
        discard(seen.id(), seen.ready().isPresent() ? zone.id() : null);
    }

    private void discard(String id, @Nullable String zone) {
        cloud.templates().delete(id, zone);
        if (zone == null) {
            known = "";
        }
    }

    /** What the server counts as being downloaded it does not delete. */
    private void discardIfPossible(String id) {
        try {
            discard(id, null);
        } catch (CloudStackError error) {
            notice.accept("template " + id + " can't be deleted yet: " + error.message());
        }
    }

    private void copy(TemplateView seen, Template from, List<Zone> to) {
        var again = to.stream().filter(zone -> begun.contains(zone.id())).toList();
        if (!again.isEmpty()) {
            again.forEach(zone -> givenUp.put(
                    zone.id(), "the copy's job ended well, but the zone has no copy; look at the server's log"));
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
                                .map(entry -> TemplateView.isReady(entry) ? "ready" : TemplateView.words(entry))
                                .orElse("waiting for a copy"))
                .toList();
        if (timeout.isExceededBy(now)) {
            stuck(seen);
            return;
        }
        progress.accept(disk.candidateName() + ": " + String.join(", ", now));
        polling.pause("Publishing " + disk.candidateName());
    }

    /** What an earlier run left is cleared away and tried anew; what this run began is given up. */
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
                        "nothing has changed for %d min: %s"
                                .formatted(
                                        minutes,
                                        seen.in(zone).map(TemplateView::words).orElse("not there"))));
    }

    private Publication result(TemplateView seen) {
        return new Publication(disk, seen.id(), !begun.isEmpty(), states(seen));
    }

    private List<ZoneState> states(@Nullable TemplateView seen) {
        return zones.stream()
                .map(zone -> {
                    var isReady = seen != null
                            && seen.in(zone).filter(TemplateView::isReady).isPresent();
                    return new ZoneState(
                            zone, isReady, isReady ? "" : givenUp.getOrDefault(zone.id(), "it is not there"));
                })
                .toList();
    }
}
