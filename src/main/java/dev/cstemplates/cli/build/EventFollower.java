package dev.cstemplates.cli.build;

import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.pipeline.EventJson;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Shows builds that other processes run, from what they tell the database. */
final class EventFollower {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final BuildRepository book;
    private final BuildProgress progress;
    private final Map<String, Long> shown = new HashMap<>();

    EventFollower(BuildRepository book, BuildProgress progress) {
        this.book = book;
        this.progress = progress;
    }

    /** Until all of these are over; ends early when the thread is interrupted. */
    void untilOver(List<String> builds) {
        until(() -> builds.stream().flatMap(id -> book.find(id).stream()).toList());
    }

    /** Until all that {@code builds} names are over, whatever it names by then. */
    void until(Supplier<List<BuildRecord>> builds) {
        while (true) {
            // In this order: whatever a build tells before its end is seen after it was seen to be over.
            var seen = builds.get();
            seen.forEach(build -> show(build.id()));
            if (seen.stream().allMatch(build -> build.state().isOver())) {
                return;
            }
            try {
                Thread.sleep(BETWEEN_LOOKS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void show(String build) {
        for (var event : book.events(build, shown.getOrDefault(build, 0L))) {
            progress.accept(EventJson.read(event.data()));
            shown.put(build, event.number());
        }
    }
}
