/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.online;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Media;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Parallel;
import dev.cstemplates.media.MediaInspection;
import dev.cstemplates.media.MediaSource;
import dev.cstemplates.media.Mirror;
import dev.cstemplates.media.SigningKey;
import java.time.Clock;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Checks the addresses, keys, media and packages of definitions against their vendors' servers: several at a time, each with its own
 * result.
 */
public final class OnlineCheck {

    /** Requests at a time: enough to hide the distance to the servers, few enough not to look like an attack. */
    private static final int PARALLEL = 8;

    /** Days before the end of a key or release from which to warn. */
    private static final int NOTICE = 90;

    private final MediaInspection media;
    private final PackageCheck packages;
    private final Clock clock;

    public OnlineCheck(MediaInspection media, PackageCheck packages, Clock clock) {
        this.media = media;
        this.packages = packages;
        this.clock = clock;
    }

    /**
     * One result.
     *
     * @param definition its id
     * @param check its title names what was checked, for example {@code x86_64 iso}
     * @param cause what kind of failure it is; null if it did not fail
     */
    public record Finding(String definition, CheckResult check, Failure.@Nullable Kind cause) {}

    /** One check. A {@link Failure} of its work becomes a result with the status {@code ifFailed}. */
    private record Task(String definition, String title, Status ifFailed, Work work) {}

    @FunctionalInterface
    private interface Work {
        CheckResult run(String title);
    }

    /** The results in the order of the definitions. */
    public List<Finding> inspect(List<Definition> definitions) {
        var tasks = definitions.stream().flatMap(each -> tasks(each).stream()).toList();
        return Parallel.results(
                "The check",
                PARALLEL,
                tasks.stream()
                        .<Callable<Finding>>map(task -> () -> finding(task))
                        .toList());
    }

    private static Finding finding(Task task) {
        try {
            return new Finding(task.definition(), task.work().run(task.title()), null);
        } catch (Failure failure) {
            var text = String.join(
                    " ", failure.message().lines().map(String::strip).toList());
            return switch (failure.kind()) {
                case CANCELLED -> throw failure;
                case HOST ->
                    new Finding(task.definition(), result(task.title(), Status.SKIPPED, text, failure.remedy()), null);
                case BUILD, USAGE, REMOTE ->
                    new Finding(
                            task.definition(),
                            result(task.title(), task.ifFailed(), text, failure.remedy()),
                            task.ifFailed() == Status.FAILED ? failure.kind() : null);
            };
        }
    }

    private List<Task> tasks(Definition definition) {
        var tasks = new ArrayList<Task>();
        var id = definition.id();
        tasks.add(new Task(id, "security updates", Status.FAILED, title -> support(definition, title)));
        definition.keys().forEach((name, key) -> {
            var title = "key " + name + users(definition, key);
            tasks.add(new Task(id, title, Status.FAILED, each -> key(key, each)));
        });
        for (var architecture : definition.architectures().keySet()) {
            for (var source : definition.sources(architecture)) {
                var title = architecture.id() + " " + source.id();
                if (source == Source.BOOTSTRAP) {
                    tasks.add(new Task(id, title, Status.FAILED, each -> {
                        var count = packages.requireAll(definition, architecture);
                        return result(each, Status.PASSED, count + " packages and what they require", "");
                    }));
                } else {
                    tasks.addAll(mediaTasks(definition, architecture, source, title));
                }
            }
        }
        return tasks;
    }

    private List<Task> mediaTasks(Definition definition, Architecture architecture, Source source, String title) {
        var id = definition.id();
        if (!(definition.medium(architecture, source) instanceof Media.Published published)) {
            return List.of(new Task(
                    id,
                    title,
                    Status.FAILED,
                    each -> result(each, Status.SKIPPED, "only customers can download it", "")));
        }
        var tasks = new ArrayList<Task>();
        for (var mirror : published.published().mirrors()) {
            var isFirst = tasks.isEmpty();
            // A build uses the next mirror.
            tasks.add(new Task(
                    id,
                    isFirst ? title : title + ", fallback " + mirror.locate("").getHost(),
                    isFirst ? Status.FAILED : Status.WARNING,
                    each -> medium(published.published(), mirror, each)));
        }
        return tasks;
    }

    /** The sources that are verified with a key, for example {@code " (image, iso)"}; empty if none is. */
    private static String users(Definition definition, SigningKey key) {
        var users = new TreeSet<String>();
        for (var architecture : definition.architectures().keySet()) {
            for (var source : definition.sources(architecture)) {
                if (keys(definition, architecture, source).contains(key)) {
                    users.add(source.id());
                }
            }
        }
        return users.isEmpty() ? "" : " (" + String.join(", ", users) + ")";
    }

    private static List<SigningKey> keys(Definition definition, Architecture architecture, Source source) {
        if (source == Source.BOOTSTRAP) {
            var bootstrap = definition.bootstrap();
            return bootstrap == null ? List.of() : bootstrap.keys();
        }
        return definition.medium(architecture, source) instanceof Media.Published published
                ? published
                        .published()
                        .checksums()
                        .map(each -> each.signature().keys())
                        .orElse(List.of())
                : List.of();
    }

    private CheckResult medium(MediaSource source, Mirror mirror, String title) {
        return result(title, Status.PASSED, media.newestOn(mirror, source), "");
    }

    private CheckResult key(SigningKey key, String title) {
        return media.expiry(key)
                .map(day -> dated(
                        title,
                        "expires on " + day,
                        day,
                        "Check whether the vendor has extended the key, or has a new one."))
                .orElseGet(() -> result(title, Status.PASSED, "does not expire", ""));
    }

    private CheckResult support(Definition definition, String title) {
        return dated(title, "until " + definition.eol(), definition.eol(), "Build a newer release.");
    }

    private CheckResult dated(String title, String detail, LocalDate end, String fix) {
        var left = ChronoUnit.DAYS.between(LocalDate.now(clock), end);
        return left > NOTICE
                ? result(title, Status.PASSED, detail, "")
                : result(
                        title,
                        Status.WARNING,
                        detail + (left < 0 ? ", which is over" : ", in %d days".formatted(left)),
                        fix);
    }

    private static CheckResult result(String title, Status status, String detail, String fix) {
        return new CheckResult("online", title, status, detail, fix);
    }
}
