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
 * What deploy tests make: instances and keys of one name, which says when the test began. So what a killed run left is found without any
 * note of it, also when it was killed before the instance had its tag.
 */
public final class TestResourceCleanup {

    /** On instances: the test's name. */
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

    /** Removes what tests left that began longer than {@code age} ago; the names of those tests. */
    public List<String> sweep(Duration age) {
        return ErrorTranslation.ask(() -> {
            var limit = clock.instant().minus(age);
            var names = new TreeSet<String>();
            cloud.instances().named(PREFIX).stream().map(Instance::name).forEach(names::add);
            names.addAll(cloud.keyPairs().names());
            names.removeIf(
                    name -> begun(name).filter(time -> time.isBefore(limit)).isEmpty());
            names.forEach(this::remove);
            return new ArrayList<>(names);
        });
    }

    /** Empty for a name that is none of ours. */
    private static Optional<Instant> begun(String name) {
        var ours = NAME.matcher(name);
        if (!ours.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.parse(ours.group(1), TIME).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Removes all that the test of this name made, whether it got far or not. */
    void remove(String name) {
        progress.accept(name + ": removing what the test made");
        // By its name: a refused deployment leaves an instance in state Error that no answer named.
        for (var instance : cloud.instances().named(name)) {
            cloud.instances().expunge(instance.id());
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
