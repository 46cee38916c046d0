package dev.cstemplates.engine;

import java.sql.Timestamp;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * The queue's table, where a change has to be in one transaction with one of ours. Everything else about it is db-scheduler's own.
 */
final class Queue {

    private Queue() {}

    static void add(Handle handle, String build, String route, int priority, Instant due) {
        handle.createUpdate("""
                        INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version, priority)
                        VALUES (:task, :build, :due, :no, 1, :priority)
                        ON CONFLICT (task_name, task_instance) DO UPDATE SET execution_time = excluded.execution_time,
                            priority = excluded.priority, picked = :no, picked_by = NULL, last_heartbeat = NULL,
                            version = scheduled_tasks.version + 1""")
                .bind("task", WorkerSelector.task(route))
                .bind("build", build)
                .bind("due", Timestamp.from(due))
                .bind("no", false)
                .bind("priority", priority)
                .execute();
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

    /** A command that was ended while it settled its builds leaves their entries, which nobody else would take. */
    static void removeOver(Handle handle) {
        handle.execute("DELETE FROM scheduled_tasks WHERE task_name LIKE 'build@command-%' AND task_instance IN"
                + " (SELECT id FROM builds WHERE state NOT IN ('queued', 'running'))");
    }

    /** Takes a build from a process that is gone. */
    static void release(Handle handle, String build, String worker) {
        handle.createUpdate("UPDATE scheduled_tasks SET picked = :no, picked_by = NULL, last_heartbeat = NULL,"
                        + " version = version + 1 WHERE task_instance = :build AND picked_by = :worker")
                .bind("build", build)
                .bind("worker", worker)
                .bind("no", false)
                .execute();
    }
}
