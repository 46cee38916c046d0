/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.ErrorBoundary;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Leases of builds without competition for the host, in a separate real database. */
public final class TestLeases implements AutoCloseable {

    private static final String QUEUE = "tests";

    private final Path folder;
    private final Database database;
    private final BuildRepository builds;

    public TestLeases(Path folder) {
        this.folder = folder;
        this.database = Database.embedded(folder.resolve("cst.db"));
        this.builds = new BuildRepository(database, Clock.systemUTC());
    }

    public BuildRepository builds() {
        return builds;
    }

    /** A new build, claimed for the calling thread. */
    public BuildLease claim() {
        var id = builds.submit(
                new Submission("debian-12-x86_64", "Debian 12", QUEUE, Submission.USUAL_PRIORITY, Duration.ZERO, "{}"));
        return claim(id);
    }

    /** A build that was submitted, claimed for the calling thread. */
    public BuildLease claim(String id) {
        var clock = Clock.systemUTC();
        Budget unlimited = _ ->
                new ResourceRequirements(new ByteSize(Long.MAX_VALUE / 4), 1_000, new ByteSize(Long.MAX_VALUE / 4));
        return new BuildQueue(database, clock)
                .claim(
                        id,
                        WorkerName.ofThisProcess("here"),
                        new Admission(database, clock, "here", unlimited, Admission.Limits.NONE, Duration.ofMillis(20)),
                        new ErrorBoundary(() -> new CstHome(folder.resolve("home")), clock))
                .orElseThrow();
    }

    @Override
    public void close() {
        database.close();
    }
}
