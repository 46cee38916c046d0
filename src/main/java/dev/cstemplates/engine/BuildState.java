package dev.cstemplates.engine;

import java.util.Locale;

/** The state of a build. */
public enum BuildState {
    /** Waits for a worker. */
    QUEUED,
    /** A worker runs it. */
    RUNNING,
    DONE,
    FAILED,
    CANCELLED,
    /** Its command is gone; it continues when the user builds the same again, or with {@code cst retry}. */
    INTERRUPTED;

    /** As it is stored and shown: {@code running}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    static BuildState parse(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }

    public boolean isOver() {
        return switch (this) {
            case QUEUED, RUNNING -> false;
            case DONE, FAILED, CANCELLED, INTERRUPTED -> true;
        };
    }
}
