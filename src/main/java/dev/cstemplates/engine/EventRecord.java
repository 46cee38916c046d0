/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import java.time.Instant;

/**
 * An event in the database.
 *
 * @param number from 1, without gaps
 * @param data the event as JSON
 */
public record EventRecord(String build, long number, Instant at, String data) {

    public BuildEvent event() {
        return EventJson.read(data);
    }
}
