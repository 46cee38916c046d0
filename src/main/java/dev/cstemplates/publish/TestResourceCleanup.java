/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.cloudstack.Instance;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Removes what a deploy test creates in a cloud: its instance and its key. Their common name contains the time the test began, so that
 * leftovers of a killed test are found on any host, even if it was killed before the instance was tagged. On this host each test also
 * has a file, locked while it runs: the next command finds the files that nobody has locked, however young the tests are.
 */
public final class TestResourceCleanup {

    /** The tag of instances; its value is the test's name. */
    static final String TAG = "cst-deploy-test";

    /** Tests that began earlier are no longer running. */
    public static final Duration LONGEST = Duration.ofHours(2);

    private static final String PREFIX = "cst-test-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{12})-[0-9a-f]{6}");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmm");

    private final CloudStack cloud;
    private final Path folder;
    private final Clock clock;
    private final Consumer<String> progress;
    private final Consumer<String> notice;

    /**
     * A clean-up of one account's tests.
     *
     * @param folder of this host's tests in this cloud
     * @param progress receives progress lines
     * @param notice receives messages to the user
     */
    public TestResourceCleanup(
            CloudStack cloud, Path folder, Clock clock, Consumer<String> progress, Consumer<String> notice) {
        this.cloud = cloud;
        this.folder = folder;
        this.clock = clock;
        this.progress = progress;
        this.notice = notice;
    }

    static String newName(Instant now, RandomGenerator random) {
        return PREFIX + TIME.withZone(ZoneOffset.UTC).format(now) + "-%06x".formatted(random.nextInt(1 << 24));
    }

    /** Runs a test and removes what it created in any case. An error of the removal does not hide the test's own. */
    <T> T around(String name, Supplier<T> test) {
        try (var _ = LockFile.acquire(folder.resolve(name), () -> {})) {
            T result;
            try {
                result = test.get();
            } catch (RuntimeException e) {
                try {
                    removeUninterrupted(name, isUncertain(e));
                } catch (CloudStackError | Failure removal) {
                    e.addSuppressed(removal);
                    notice.accept("%s is not removed: %s. The next 'cst' command for this profile tries again"
                            .formatted(name, removal.getMessage()));
                }
                throw e;
            }
            removeUninterrupted(name, false);
            return result;
        }
    }

    /** Whether the server may still create something for a call whose response was not awaited. */
    private static boolean isUncertain(RuntimeException e) {
        return !(e instanceof CloudStackError error) || error.kind() == ErrorKind.NO_ANSWER;
    }

    /** Also after Ctrl-C, whose interrupt would abort the calls that clean up. */
    private void removeUninterrupted(String name, boolean isUncertain) {
        var isInterrupted = Thread.interrupted();
        try {
            remove(name);
            if (!isUncertain) {
                forget(name);
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Removes the leftovers of tests of this host that were killed, or could not be removed then; returns the names of those tests. */
    public List<String> removeAbandoned() {
        return ErrorTranslation.get(() -> {
            var removed = new ArrayList<String>();
            for (var name : recorded()) {
                LockFile.tryAcquire(folder.resolve(name)).ifPresent(lock -> {
                    try (lock) {
                        if (remove(name)) {
                            removed.add(name);
                        }
                        forget(name);
                    }
                });
            }
            return removed;
        });
    }

    private List<String> recorded() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> startTime(name).isPresent())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Failure.host("Cannot list " + folder + ": " + e, "Check that the directory is readable.")
                    .because(e);
        }
    }

    /** The name is never used again, so nobody else waits for its lock. */
    private void forget(String name) {
        try {
            Files.deleteIfExists(folder.resolve(name));
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot delete " + folder.resolve(name) + ": " + e, "Check that the directory is writable.")
                    .because(e);
        }
    }

    /**
     * Removes the leftovers of all hosts' tests that began more than {@code age} ago, found by name and tag; returns the names of those
     * tests.
     */
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

    /**
     * Removes what the test of exactly this name created, however far it got. Each of its parts, also if another one fails; throws the
     * first error.
     *
     * @return whether there was anything to remove
     */
    private boolean remove(String name) {
        progress.accept(name + ": removing the test's instance and key");
        var failures = new ArrayList<RuntimeException>();
        var hadInstance = attempt(failures, () -> removeInstances(name));
        var hadKey = attempt(failures, () -> removeKey(name));
        if (!failures.isEmpty()) {
            failures.stream().skip(1).forEach(failures.getFirst()::addSuppressed);
            throw failures.getFirst();
        }
        return hadInstance || hadKey;
    }

    private static boolean attempt(List<RuntimeException> failures, BooleanSupplier removal) {
        try {
            return removal.getAsBoolean();
        } catch (CloudStackError | Failure e) {
            failures.add(e);
            return true;
        }
    }

    private boolean removeInstances(String name) {
        // By name: a rejected deployment leaves an instance in state Error whose id was never returned.
        var ours = cloud.instances().byName(name).stream()
                .filter(each -> name.equals(each.tags().getOrDefault(TAG, name)))
                .toList();
        for (var instance : ours) {
            if (!cloud.instances().remove(instance.id())) {
                notice.accept(
                        "%s is destroyed, but this account may not expunge it (allow.user.expunge.recover.vm). Until an administrator or CloudStack's expunge.interval does, its template cannot be deleted"
                                .formatted(name));
            }
        }
        return !ours.isEmpty();
    }

    private boolean removeKey(String name) {
        try {
            cloud.keyPairs().delete(name);
            return true;
        } catch (CloudStackError error) {
            if (cloud.keyPairs().names().contains(name)) {
                throw error;
            }
            return false;
        }
    }
}
