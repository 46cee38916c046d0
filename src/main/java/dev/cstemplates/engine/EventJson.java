/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.cstemplates.core.Failure;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.StdConverter;

/** {@link BuildEvent}s as JSON, one line each: {@code {"event":"PhaseDone","build":…,"phase":…,"elapsed":"PT3M5S"}}. */
public final class EventJson {

    private static final JsonMapper JSON = JsonMapper.builder()
            .addMixIn(BuildEvent.class, EventNames.class)
            .addMixIn(Failure.class, StoredFailures.class)
            .registerSubtypes(events(BuildEvent.class).toArray(Class<?>[]::new))
            .build();

    private EventJson() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "event")
    private interface EventNames {}

    @JsonSerialize(converter = ToStored.class)
    @JsonDeserialize(converter = FromStored.class)
    private interface StoredFailures {}

    static final class ToStored extends StdConverter<Failure, StoredFailure> {
        @Override
        public StoredFailure convert(Failure failure) {
            return StoredFailure.of(failure);
        }
    }

    static final class FromStored extends StdConverter<StoredFailure, Failure> {
        @Override
        public Failure convert(StoredFailure stored) {
            return stored.failure();
        }
    }

    public static String write(BuildEvent event) {
        return JSON.writerFor(BuildEvent.class).writeValueAsString(event);
    }

    public static BuildEvent read(String json) {
        return JSON.readValue(json, BuildEvent.class);
    }

    /** The event with its time, as one line of a log. */
    public static String line(Instant time, BuildEvent event) {
        return "{\"time\":\"" + time + "\"," + write(event).substring(1);
    }

    private static Stream<Class<?>> events(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(EventJson::events)
                : Stream.of(type);
    }
}
