/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Retry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A library with its own folder, a fixed clock and retries without delay. */
final class Workbench implements MediaListener {

    static final SizeBounds SIZE = new SizeBounds(new ByteSize(1024), ByteSize.ofMiB(8));

    final List<String> notices = Collections.synchronizedList(new ArrayList<>());
    final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    final CstHome home;
    final Instant now;
    private final HttpClient client;
    private volatile long arrived;
    private Duration stall = Duration.ofMinutes(2);

    Workbench(Path folder, Instant now) {
        this(folder, now, HttpClient.newBuilder());
    }

    Workbench(Path folder, Instant now, HttpClient.Builder client) {
        this.home = new CstHome(folder.resolve("home"));
        this.now = now;
        this.client = client.version(HttpClient.Version.HTTP_1_1).build();
    }

    /** Only for tests of stalls, since a busy machine stalls, too. */
    void giveUpAfter(Duration silence) {
        stall = silence;
    }

    MediaLibrary library() {
        return libraryAt(now);
    }

    MediaLibrary libraryAt(Instant time) {
        return new MediaLibrary(home, settings(), Clock.fixed(time, ZoneOffset.UTC));
    }

    TransferSettings settings() {
        return new TransferSettings(
                client,
                stall,
                3,
                Retry.of(3, Duration.ofSeconds(2), Duration.ofMinutes(1))
                        .with(new Random(1), pauses::add, InstantSource.system()));
    }

    VerifiedMedia fetch(MediaSource source) {
        return library().fetch(source, this);
    }

    Failure failureOf(MediaSource source) {
        return catchThrowableOfType(Failure.class, () -> fetch(source));
    }

    long arrived() {
        return arrived;
    }

    /** After any failure, no file has a name under which it could be used. */
    void assertNothingIsKept() throws IOException {
        assertThat(kept()).isEmpty();
    }

    List<String> kept() throws IOException {
        if (!Files.exists(home.media())) {
            return List.of();
        }
        try (var files = Files.walk(home.media())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".json") && !name.endsWith(".part"))
                    .toList();
        }
    }

    static byte[] content(int seed, int size) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Digest sha256(byte[] content) {
        var digest = Digest.Algorithm.SHA256.newDigest();
        digest.update(content);
        return Digest.of(Digest.Algorithm.SHA256, digest);
    }

    static MediaSource pinned(byte[] content, Mirror... mirrors) {
        var selection = new Selection.Pinned("installer-1.iso", "1", sha256(content));
        return new MediaSource("installer", selection, List.of(mirrors), Optional.empty(), SIZE, Optional.empty());
    }

    @Override
    public void progress(long bytes, long total) {
        arrived = bytes;
    }

    @Override
    public void notice(String text) {
        notices.add(text);
    }
}
