/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host;

import dev.cstemplates.core.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Memory used by processes of this host. */
public final class MemoryInUse {

    private static final Pattern HELD = Pattern.compile("(?m)^Rss(?:Anon|Shmem):\\s+(\\d+) kB$");

    private MemoryInUse() {}

    /** The private memory of a process's descendants: without the process itself, without cached files. */
    public static ByteSize ofDescendants(long pid) {
        return new ByteSize(ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .mapToLong(each -> held(each.pid()))
                .sum());
    }

    private static long held(long pid) {
        return matches(Path.of("/proc", Long.toString(pid), "status"))
                .mapToLong(found -> Long.parseLong(found.group(1)) * 1024)
                .sum();
    }

    private static Stream<MatchResult> matches(Path status) {
        try {
            return HELD.matcher(Files.readString(status)).results();
        } catch (IOException e) {
            // It has exited.
            return Stream.of();
        }
    }
}
