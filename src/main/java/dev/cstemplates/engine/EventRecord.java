package dev.cstemplates.engine;

import java.time.Instant;

/**
 * Something that happened in a build.
 *
 * @param number from 1, without gaps
 * @param data JSON, in the words of the {@link Work} that told it
 */
public record EventRecord(String build, long number, Instant at, String data) {}
