package dev.cstemplates.engine;

import java.util.Locale;

/** How far a build is. */
public enum BuildState {
    /** It waits for a worker. */
    QUEUED,
    /** A worker has it. */
    RUNNING,
    DONE,
    FAILED,
    CANCELLED,
    /** The process that had it is gone, and nobody but a person takes it up again. */
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
