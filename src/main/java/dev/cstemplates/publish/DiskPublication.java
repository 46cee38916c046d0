package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.Call;
import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.cloudstack.CloudStackError.Kind;
import dev.cstemplates.cloudstack.NewTemplate;
import dev.cstemplates.cloudstack.Tags.Resource;
import dev.cstemplates.cloudstack.Template;
import dev.cstemplates.cloudstack.Zone;
import dev.cstemplates.delivery.Delivery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
    private final Patience patience;
    private final Consumer<String> progress;
    private final Consumer<String> notice;

    /** Why a zone is not tried again in this run, by its id. */
    private final Map<String, String> givenUp = new HashMap<>();

    /** Zones that this run has asked for, so that what fails there is this run's own doing and is told. */
    private final List<String> begun = new ArrayList<>();

    private int attempts;
    private int lostAnswers;

    /** The template that this run made, by its id; empty while it has made none, or cleared it away. */
    private String made = "";

    DiskPublication(
            CloudStack cloud,
            TemplateDisk disk,
            NewTemplate template,
            List<Zone> zones,
            @Nullable Delivery delivery,
            Patience patience,
            Consumer<String> progress,
            Consumer<String> notice) {
        this.cloud = cloud;
        this.disk = disk;
        this.template = template;
        this.zones = zones;
        this.delivery = delivery;
        this.patience = patience;
        this.progress = progress;
        this.notice = notice;
    }

    Publication run() {
        var stall = new Stall(patience);
        while (true) {
            var seen = find();
            if (seen.isPresent() && !isWhole(seen.get())) {
                if (delivery != null) {
                    delivery.offer(disk.item(), bytes -> {});
                }
                mendOrLookAgain(seen.get(), stall);
            } else if (seen.isPresent()) {
                return result(seen.get());
            } else if (isHopeless()) {
                return new Publication(disk, "", true, states(null));
            } else {
                begin();
            }
        }
    }

    /** The calls that are missing, as things are now. */
    List<String> plan() {
        var seen = find();
        var calls = new ArrayList<String>();
        if (seen.isEmpty()) {
            var id = "(the new template)";
            if (delivery != null) {
                calls.add(shown(cloud.templates()
                        .registration(template, delivery.address(disk.item()), disk.entry().sha256())));
            } else {
                calls.add(shown(cloud.templates().uploadRequest(in(zones.getFirst()))));
                calls.add("POST " + disk.item().name() + " to the address that it answers");
                zones.stream()
                        .skip(1)
                        .forEach(zone -> calls.add(shown(
                                cloud.templates().copying(id, zones.getFirst().id(), List.of(zone.id())))));
            }
            calls.add(shown(cloud.tags().creating(Resource.TEMPLATE, id, disk.tags())));
            return calls;
        }
        if (!hasTags(seen.get())) {
            calls.add(shown(cloud.tags().creating(Resource.TEMPLATE, seen.get().id(), disk.tags())));
        }
        for (var zone : zones) {
            var entry = seen.get().in(zone);
            if (entry.isPresent() && Sighting.isFailed(entry.get())) {
                calls.add(shown(cloud.templates().deleting(seen.get().id(), zone.id())));
            }
            if (entry.isEmpty() || Sighting.isFailed(entry.get())) {
                var from = seen.get().ready().map(Template::zone).orElse("(a zone where it is ready)");
                calls.add(shown(cloud.templates().copying(seen.get().id(), from, List.of(zone.id()))));
            }
        }
        if (calls.isEmpty()) {
            calls.add("nothing: " + disk.candidateName() + " is template " + seen.get().id());
        }
        return calls;
    }

    private static String shown(Call call) {
        return call.toString();
    }

    /** The template of this disk: by its tags, or (before it has any) by its name and text. */
    private Optional<Sighting> find() {
        var tagged = cloud.templates().byTag(TemplateTags.DIGEST, disk.entry().sha256()).stream()
                .filter(each -> disk.manifest().version().equals(each.tags().get(TemplateTags.VERSION)));
        var named = cloud.templates().byName(disk.candidateName()).stream()
                .filter(each -> !each.tags().containsKey(TemplateTags.DIGEST))
                .filter(each -> each.displayText().equals(disk.displayText()));
        var ours = Sighting.of(Stream.concat(tagged, named)
                .filter(each -> each.hypervisor().equalsIgnoreCase(disk.hypervisor()))
                .distinct()
                .toList());
        if (ours.size() > 1) {
            notice.accept("%s is there %d times; the others of %s may go"
                    .formatted(disk.candidateName(), ours.size(), best(ours).id()));
        }
        return ours.isEmpty() ? Optional.empty() : Optional.of(best(ours));
    }

    private static Sighting best(List<Sighting> all) {
        return all.stream()
                .min(Comparator.comparing((Sighting each) -> each.ready().isEmpty())
                        .thenComparing(each ->
                                Objects.requireNonNullElse(each.any().created(), Instant.EPOCH)))
                .orElseThrow();
    }

    private boolean hasTags(Sighting seen) {
        return disk.tags().entrySet().stream()
                .allMatch(tag -> tag.getValue().equals(seen.tags().get(tag.getKey())));
    }

    /** Whether nothing is left to do: tagged, and each zone ready or given up. */
    private boolean isWhole(Sighting seen) {
        return hasTags(seen)
                && zones.stream()
                        .allMatch(zone -> givenUp.containsKey(zone.id())
                                || seen.in(zone).filter(Sighting::isReady).isPresent());
    }

    private boolean isHopeless() {
        return zones.stream().allMatch(zone -> givenUp.containsKey(zone.id()));
    }

    /** Registers or uploads. */
    private void begin() {
        if (!made.isEmpty()) {
            unlisted();
            return;
        }
        if (++attempts > ATTEMPTS) {
            zones.forEach(zone -> givenUp.putIfAbsent(zone.id(), "it vanished or was lost " + ATTEMPTS + " times"));
            return;
        }
        try {
            if (delivery != null) {
                var url = delivery.offer(
                        disk.item(), bytes -> progress.accept(disk.candidateName() + ": delivering, " + percent(bytes)));
                begun.addAll(template.zones());
                progress.accept(disk.candidateName() + ": registering");
                cloud.templates().register(template, url, disk.entry().sha256()).stream()
                        .findFirst()
                        .ifPresent(entry -> made = entry.id());
            } else {
                upload();
            }
        } catch (CloudStackError error) {
            // Whether it was done shows the next look; but not for ever.
            if (!mayHaveHappened(error) || attempts >= ATTEMPTS) {
                throw error;
            }
            lookAgain(error);
        }
    }

    private void lookAgain(CloudStackError error) {
        notice.accept(disk.candidateName() + ": " + error.message() + "; looking what became of it");
        patience.pause("Publishing " + disk.candidateName());
    }

    /** What was made and is not listed: making it again would make a second one. */
    private void unlisted() {
        var words = "template %s was made and has vanished: CloudStack removes uploads that failed, and hides templates of %s once no zone has a host of it"
                .formatted(made, disk.hypervisor());
        zones.forEach(zone -> givenUp.putIfAbsent(zone.id(), words));
    }

    private static boolean mayHaveHappened(CloudStackError error) {
        return error.kind() == Kind.NO_ANSWER || error.kind() == Kind.UNREACHABLE;
    }

    private void upload() {
        var zone = zones.getFirst();
        var ticket = cloud.templates().upload(in(zone));
        begun.add(zone.id());
        try {
            cloud.uploads()
                    .send(
                            ticket,
                            disk.file(),
                            bytes -> progress.accept(disk.candidateName() + ": uploading, " + percent(bytes)));
            made = ticket.template();
        } catch (CloudStackError error) {
            // The ticket is used up: what it made goes, now or when a next look finds it, so that a new try begins afresh.
            begun.remove(zone.id());
            discardIfPossible(ticket.template());
            throw error;
        }
    }

    private NewTemplate in(Zone zone) {
        return new NewTemplate(
                template.name(),
                template.displayText(),
                template.format(),
                template.hypervisor(),
                template.architecture(),
                template.osType(),
                List.of(zone.id()),
                template.details(),
                template.isPasswordEnabled(),
                template.isSshKeyEnabled(),
                template.isDynamicallyScalable(),
                template.isExtractable());
    }

    private String percent(long bytes) {
        return bytes * 100 / Math.max(1, disk.entry().size()) + " %";
    }

    private void mendOrLookAgain(Sighting seen, Stall stall) {
        try {
            mend(seen, stall);
        } catch (CloudStackError error) {
            if (!mayHaveHappened(error) || ++lostAnswers >= ATTEMPTS) {
                throw error;
            }
            lookAgain(error);
        }
    }

    /** Does the first thing that is missing. */
    private void mend(Sighting seen, Stall stall) {
        if (!hasTags(seen)) {
            TemplateTags.set(cloud, seen.id(), seen.tags(), disk.tags());
            return;
        }
        for (var zone : zones) {
            var entry = seen.in(zone);
            if (entry.isPresent() && Sighting.isFailed(entry.get()) && !givenUp.containsKey(zone.id())) {
                failed(seen, zone, Sighting.words(entry.get()));
                return;
            }
            if (entry.isPresent() && Sighting.waitsForUpload(entry.get()) && !begun.contains(zone.id())) {
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
        if (!missing.isEmpty() && seen.entries().stream().allMatch(Sighting::isFailed)) {
            missing.forEach(zone -> givenUp.put(zone.id(), "there is nothing to copy from"));
            return;
        }
        await(seen, stall);
    }

    /** A failure of an earlier run is cleared away and tried anew; one of this run is told with the server's words. */
    private void failed(Sighting seen, Zone zone, String words) {
        if (begun.contains(zone.id())) {
            givenUp.put(zone.id(), words);
            return;
        }
        progress.accept("%s: zone %s failed before (%s); trying anew"
                .formatted(disk.candidateName(), zone.name(), words));
        discard(seen.id(), seen.ready().isPresent() ? zone.id() : null);
    }

    private void discard(String id, @Nullable String zone) {
        cloud.templates().delete(id, zone);
        if (zone == null) {
            made = "";
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

    private void copy(Sighting seen, Template from, List<Zone> to) {
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
            cloud.templates().copy(seen.id(), from.zone(), to.stream().map(Zone::id).toList());
        } catch (CloudStackError error) {
            to.forEach(zone -> givenUp.put(zone.id(), error.message()));
        }
    }

    private void await(Sighting seen, Stall stall) {
        var now = zones.stream()
                .map(zone -> zone.name() + ": "
                        + seen.in(zone)
                                .map(entry -> Sighting.isReady(entry) ? "ready" : Sighting.words(entry))
                                .orElse("waiting for a copy"))
                .toList();
        if (stall.isTooLong(now)) {
            stuck(seen);
            return;
        }
        progress.accept(disk.candidateName() + ": " + String.join(", ", now));
        patience.pause("Publishing " + disk.candidateName());
        requireStillThere(seen);
    }

    /** What an earlier run left is cleared away and tried anew; what this run began is given up. */
    private void stuck(Sighting seen) {
        if (begun.isEmpty() && seen.ready().isEmpty()) {
            discard(seen.id(), null);
            return;
        }
        var minutes = patience.stall().toMinutes();
        zones.stream()
                .filter(zone -> seen.in(zone).filter(Sighting::isReady).isEmpty())
                .forEach(zone -> givenUp.putIfAbsent(
                        zone.id(),
                        "nothing has changed for %d min: %s"
                                .formatted(minutes, seen.in(zone).map(Sighting::words).orElse("not there"))));
    }

    /** A template that vanishes while it is waited for was an upload that failed, or was deleted by somebody. */
    private void requireStillThere(Sighting before) {
        if (!begun.isEmpty() && cloud.templates().byId(before.id()).isEmpty()) {
            made = before.id();
            unlisted();
        }
    }

    private Publication result(Sighting seen) {
        return new Publication(disk, seen.id(), !begun.isEmpty(), states(seen));
    }

    private List<ZoneState> states(@Nullable Sighting seen) {
        return zones.stream()
                .map(zone -> {
                    var isReady = seen != null
                            && seen.in(zone).filter(Sighting::isReady).isPresent();
                    return new ZoneState(
                            zone, isReady, isReady ? "" : givenUp.getOrDefault(zone.id(), "it is not there"));
                })
                .toList();
    }
}
