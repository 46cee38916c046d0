/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildRepository;
import dev.cstemplates.engine.BuildState;
import dev.cstemplates.engine.WorkerName;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cst watch}. */
@Command(
        name = "watch",
        description = {
            "Shows running builds live, including those of other processes and hosts, until all are over.",
            "Ctrl-C stops watching; the builds continue."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst watch              all queued and running builds",
            "  cst watch debian-12    the newest build of Debian 12"
        })
public final class WatchCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<BuildRepository> builds;
    private final Supplier<WorkerName> worker;
    private final Clock clock;

    @Parameters(
            paramLabel = "BUILD",
            arity = "0..*",
            description = "A build's id, a unique prefix of it, or a template's id for its newest build. Default: all.")
    private @Nullable List<String> names;

    public WatchCommand(Output output, Supplier<BuildRepository> builds, Supplier<WorkerName> worker, Clock clock) {
        this.output = output;
        this.builds = builds;
        this.worker = worker;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        var repository = builds.get();
        repository.recover(worker.get().host());
        var ids = new LinkedHashSet<String>();
        if (names != null) {
            names.forEach(name -> ids.add(BuildLookup.find(repository, name).id()));
        }
        if (names == null && unfinished(ids).isEmpty()) {
            output.line("No build is queued or running. 'cst status' shows finished ones.");
            return 0;
        }
        try (var progress = Progress.open(output, clock, false)) {
            new EventFollower(repository, progress).until(() -> names == null ? unfinished(ids) : found(ids));
        }
        return 0;
    }

    /** All that are not over, and those that were not at an earlier poll. */
    private List<BuildRecord> unfinished(Set<String> seen) {
        builds.get().withState(BuildState.QUEUED, BuildState.RUNNING).forEach(build -> seen.add(build.id()));
        return found(seen);
    }

    private List<BuildRecord> found(Set<String> ids) {
        return ids.stream().flatMap(id -> builds.get().find(id).stream()).toList();
    }
}
