package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.cloudstack.Instance;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Removes the instance and the key that a deploy test creates. Their common name contains the time the test began, so that leftovers of a
 * killed test are found without any record, even if it was killed before the instance was tagged.
 */
public final class TestResourceCleanup {

    /** The tag of instances; its value is the test's name. */
    static final String TAG = "cst-deploy-test";

    private static final String PREFIX = "cst-test-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{12})-[0-9a-f]{6}");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmm");

    private final CloudStack cloud;
    private final Clock clock;
    private final Consumer<String> progress;

    public TestResourceCleanup(CloudStack cloud, Clock clock, Consumer<String> progress) {
        this.cloud = cloud;
        this.clock = clock;
        this.progress = progress;
    }

    static String newName(Instant now, RandomGenerator random) {
        return PREFIX + TIME.withZone(ZoneOffset.UTC).format(now) + "-%06x".formatted(random.nextInt(1 << 24));
    }

    /** Removes the leftovers of tests that began more than {@code age} ago; returns the names of those tests. */
    public List<String> sweep(Duration age) {
        return ErrorTranslation.get(() -> {
            var limit = clock.instant().minus(age);
            var names = new TreeSet<String>();
            cloud.instances().byPrefix(PREFIX).stream().map(Instance::name).forEach(names::add);
            names.addAll(cloud.keyPairs().names());
            names.removeIf(
                    name -> startTime(name).filter(time -> time.isBefore(limit)).isEmpty());
            names.forEach(this::remove);
            return new ArrayList<>(names);
        });
    }

    /** When the test of this name began; empty if it is not the name of a test. */
    private static Optional<Instant> startTime(String name) {
        var test = NAME.matcher(name);
        if (!test.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.parse(test.group(1), TIME).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Removes what the test of exactly this name created, however far it got. */
    void remove(String name) {
        progress.accept(name + ": removing the test's instance and key");
        // By name: a rejected deployment leaves an instance in state Error whose id was never returned.
        for (var instance : cloud.instances().byName(name)) {
            if (name.equals(instance.tags().getOrDefault(TAG, name))) {
                cloud.instances().expunge(instance.id());
            }
        }
        try {
            cloud.keyPairs().delete(name);
        } catch (CloudStackError error) {
            if (cloud.keyPairs().names().contains(name)) {
                throw error;
            }
        }
    }
}
