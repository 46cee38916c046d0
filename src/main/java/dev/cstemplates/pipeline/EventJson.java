package dev.cstemplates.pipeline;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.StoredFailure;
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
            .addMixIn(BuildEvent.class, Named.class)
            .addMixIn(Failure.class, Told.class)
            .registerSubtypes(events(BuildEvent.class).toArray(Class<?>[]::new))
            .build();

    private EventJson() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "event")
    private interface Named {}

    @JsonSerialize(converter = ToTrouble.class)
    @JsonDeserialize(converter = FromTrouble.class)
    private interface Told {}

    static final class ToTrouble extends StdConverter<Failure, StoredFailure> {
        @Override
        public StoredFailure convert(Failure failure) {
            return StoredFailure.of(failure);
        }
    }

    static final class FromTrouble extends StdConverter<StoredFailure, Failure> {
        @Override
        public Failure convert(StoredFailure trouble) {
            return trouble.failure();
        }
    }

    public static String write(BuildEvent event) {
        return JSON.writerFor(BuildEvent.class).writeValueAsString(event);
    }

    public static BuildEvent read(String json) {
        return JSON.readValue(json, BuildEvent.class);
    }

    /** The event with its time. */
    static String line(Instant time, BuildEvent event) {
        return "{\"time\":\"" + time + "\"," + write(event).substring(1);
    }

    private static Stream<Class<?>> events(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(EventJson::events)
                : Stream.of(type);
    }
}
