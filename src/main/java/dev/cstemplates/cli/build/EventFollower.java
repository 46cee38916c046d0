package dev.cstemplates.cli.build;

import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildRepository;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Shows builds that other processes run, from their events in the database. */
final class EventFollower {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);

    private final BuildRepository repository;
    private final BuildProgress progress;
    private final Map<String, Long> shown = new HashMap<>();

    EventFollower(BuildRepository repository, BuildProgress progress) {
        this.repository = repository;
        this.progress = progress;
    }

    /** Shows events until all of these builds are over, or until the thread is interrupted. */
    void untilOver(List<String> builds) {
        until(() -> builds.stream().flatMap(id -> repository.find(id).stream()).toList());
    }

    /** Shows events until all builds that {@code builds} returns are over. */
    void until(Supplier<List<BuildRecord>> builds) {
        while (true) {
            // Reads the states before the events, so that no event of a finished build is missed.
            var seen = builds.get();
            seen.forEach(build -> show(build.id()));
            if (seen.stream().allMatch(build -> build.state().isOver())) {
                return;
            }
            try {
                Thread.sleep(POLL_INTERVAL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void show(String build) {
        for (var event : repository.events(build, shown.getOrDefault(build, 0L))) {
            progress.accept(event.event());
            shown.put(build, event.number());
        }
    }
}
