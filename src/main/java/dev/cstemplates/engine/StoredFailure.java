/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import dev.cstemplates.core.Failure;
import tools.jackson.databind.json.JsonMapper;

/** A failure in the database. */
public record StoredFailure(Failure.Kind kind, String message, String remedy, boolean isTransient) {

    public static StoredFailure of(Failure failure) {
        return new StoredFailure(failure.kind(), failure.message(), failure.remedy(), failure.isTransient());
    }

    static StoredFailure parse(String json) {
        return JsonMapper.shared().readValue(json, StoredFailure.class);
    }

    String json() {
        return JsonMapper.shared().writeValueAsString(this);
    }

    public Failure failure() {
        var failure = switch (kind) {
            case BUILD -> Failure.build(message, remedy);
            case USAGE -> Failure.usage(message, remedy);
            case HOST -> Failure.host(message, remedy);
            case REMOTE -> Failure.remote(message, remedy, isTransient);
            case CANCELLED -> Failure.cancelled(message.replaceFirst(" was cancelled$", ""));
        };
        return isTransient ? failure.worthRetrying() : failure;
    }
}
