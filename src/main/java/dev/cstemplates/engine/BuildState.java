/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import java.util.Locale;

/** The state of a build. */
public enum BuildState {
    /** Waiting for a worker. */
    QUEUED,
    /** Claimed by a worker. */
    RUNNING,
    DONE,
    FAILED,
    CANCELLED,
    /** Its command died. The next identical {@code cst build}, or {@code cst retry}, continues it. */
    INTERRUPTED;

    /** Its name in the database and in messages: {@code running}. */
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
