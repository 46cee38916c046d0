/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import dev.cstemplates.core.ErrorBoundary;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The builds that are waiting for a worker, as executions of db-scheduler, and how a worker claims one. Executions are added through
 * db-scheduler's client, in the transaction that changes the build. Its table is changed directly only where the client has no method:
 * to remove and release the executions of dead processes.
 */
final class BuildQueue {

    private final Database database;
    private final Clock clock;

    BuildQueue(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Adds a build in the transaction of {@code handle}, due at {@code due}; higher priorities run first. */
    void add(Handle handle, String build, String queue, int priority, Instant due) {
        // A worker that finished the build may have died before it removed the execution.
        remove(handle, build);
        var client = SchedulerClient.Builder.create(new TransactionDataSource(handle.getConnection()))
                .jdbcCustomization(database.schedulerDialect())
                .enablePriority()
                .build();
        var execution = new TaskInstance.Builder<Void>(WorkerSelector.task(queue), build)
                .priority(priority)
                .build();
        client.scheduleIfNotExists(execution, due);
    }

    /** Claims a build for the calling thread; empty if the build is over or cancelled. */
    Optional<BuildLease> claim(String id, WorkerName worker, Admission admission, ErrorBoundary errors) {
        return database.transaction(handle -> handle.createQuery("""
            UPDATE builds SET state = 'running', token = token + 1, worker = :worker, waiting_for = NULL,
                started_at = COALESCE(started_at, :now)
            WHERE id = :id AND state IN ('queued', 'running') AND cancel_requested = 0
            RETURNING *\
            """)
                        .bind("id", id)
                        .bind("worker", worker.toString())
                        .bind("now", now())
                        .map(RowMappers.BUILD)
                        .findOne())
                .map(build -> new BuildLease(build, worker, database, clock, admission, errors));
    }

    /** The ids of the builds that the user has cancelled. */
    List<String> cancelled(Collection<String> ids) {
        return ids.isEmpty()
                ? List.of()
                : database.transaction(handle -> handle.createQuery(
                                "SELECT id FROM builds WHERE cancel_requested <> 0 AND id IN (<ids>)")
                        .bindList("ids", List.copyOf(ids))
                        .mapTo(String.class)
                        .list());
    }

    /** Ends a build that was cancelled while it was between two workers. */
    void endCancelled(String id) {
        database.transaction(handle -> handle.createUpdate("UPDATE builds SET state = 'cancelled', ended_at = :now"
                        + " WHERE id = :id AND cancel_requested <> 0 AND state IN ('queued', 'running')")
                .bind("id", id)
                .bind("now", now())
                .execute());
    }

    static void remove(Handle handle, String build) {
        handle.createUpdate("DELETE FROM scheduled_tasks WHERE task_instance = :build")
                .bind("build", build)
                .execute();
    }

    static void removeWaiting(Handle handle, String build) {
        handle.createUpdate("DELETE FROM scheduled_tasks WHERE task_instance = :build AND picked = :no")
                .bind("build", build)
                .bind("no", false)
                .execute();
    }

    /** Removes the executions of finished builds whose command was killed: no other process claims them. */
    static void removeFinished(Handle handle) {
        handle.execute("DELETE FROM scheduled_tasks WHERE task_name LIKE 'build@command-%' AND task_instance IN"
                + " (SELECT id FROM builds WHERE state NOT IN ('queued', 'running'))");
    }

    /** Releases the execution of a dead worker. */
    static void release(Handle handle, String build, WorkerName worker) {
        handle.createUpdate("UPDATE scheduled_tasks SET picked = :no, picked_by = NULL, last_heartbeat = NULL,"
                        + " version = version + 1 WHERE task_instance = :build AND picked_by = :worker")
                .bind("build", build)
                .bind("worker", worker.schedulerName())
                .bind("no", false)
                .execute();
    }

    private long now() {
        return clock.instant().toEpochMilli();
    }
}
