/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache that runs and processes share, and which of its files are trusted. */
class MediaCacheTest {

    private static final String ISO = "/vendor/installer-1.iso";
    private static final int SIZE = 3 << 20;

    private final byte[] content = Workbench.content(1, SIZE);

    @TempDir
    private Path folder;

    private Vendor vendor;
    private Workbench bench;

    @BeforeEach
    void start() throws IOException {
        vendor = new Vendor();
        vendor.offer(ISO, content);
        bench = new Workbench(folder, Instant.parse("2026-11-24T12:00:00Z"));
    }

    @AfterEach
    void stop() {
        vendor.close();
    }

    @Test
    void theDownloadOfAKilledProcessIsResumed() throws IOException {
        var part = Files.createDirectories(contentFolder()).resolve("download.part");
        Files.write(part, Arrays.copyOf(content, SIZE / 3));

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
        assertThat(vendor.requests()).containsExactly(ISO + " bytes=" + SIZE / 3 + "-");
        assertThat(part).doesNotExist();
    }

    @Test
    void mediaNotUsedRecentlyAreFoundAndRemoved() throws IOException {
        bench.fetch(source());
        var record = contentFolder().resolve("medium.json");
        Files.setLastModifiedTime(record, FileTime.from(bench.now.minus(Duration.ofDays(100))));

        var idle = bench.library().idle(bench.now.minus(Duration.ofDays(90)));

        assertThat(idle).singleElement().satisfies(medium -> {
            assertThat(medium.fileName()).isEqualTo("installer-1.iso");
            assertThat(medium.size().bytes()).isGreaterThanOrEqualTo(SIZE);
        });
        assertThat(bench.library().remove(idle.getFirst())).isTrue();
        assertThat(contentFolder()).doesNotExist();
        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
    }

    @Test
    void aUsedMediumIsNotIdle() throws IOException {
        bench.fetch(source());
        var record = contentFolder().resolve("medium.json");
        Files.setLastModifiedTime(record, FileTime.from(bench.now.minus(Duration.ofDays(100))));

        bench.fetch(source());

        assertThat(bench.library().idle(bench.now.minus(Duration.ofDays(90)))).isEmpty();
    }

    @Test
    void aRunningDownloadIsNotRemoved() throws IOException {
        var part = Files.createDirectories(contentFolder()).resolve("download.part");
        Files.write(part, new byte[10]);
        Files.setLastModifiedTime(part, FileTime.from(bench.now.minus(Duration.ofDays(100))));
        var idle = bench.library().idle(bench.now).getFirst();
        var lock =
                bench.home.locks().resolve("media-" + Workbench.sha256(content).shortened() + ".lock");

        try (var _ = LockFile.acquire(lock, () -> {})) {
            assertThat(bench.library().remove(idle)).isFalse();
            assertThat(part).exists();
        }
        assertThat(bench.library().remove(idle)).isTrue();
    }

    @Test
    void aCompletePartialFileIsNotDownloadedAgain() throws IOException {
        Files.write(Files.createDirectories(contentFolder()).resolve("download.part"), content);

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
        assertThat(vendor.requests()).isEmpty();
    }

    @Test
    void aLongerPartOfOtherContentIsReplaced() throws IOException {
        Files.write(
                Files.createDirectories(contentFolder()).resolve("download.part"), Workbench.content(2, SIZE + 1000));

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
    }

    @Test
    void aFileWithoutARecordIsNotTrusted() throws IOException {
        Files.write(Files.createDirectories(contentFolder()).resolve("installer-1.iso"), Workbench.content(2, SIZE));

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
    }

    @Test
    void aChangedFileIsDeletedAndDownloadedAgain() throws IOException {
        var file = bench.fetch(source()).path();
        var changed = content.clone();
        changed[7] ^= 1;
        Files.write(file, changed);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
        assertThat(bench.notices).last().asString().contains("has changed since it was verified; deleting it");
        assertThat(vendor.requests()).hasSize(2);
    }

    @Test
    void aTouchedFileIsVerifiedAgainAndKept() throws IOException {
        var file = bench.fetch(source()).path();
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));

        bench.fetch(source());
        bench.fetch(source());

        assertThat(bench.notices).singleElement().asString().contains("verifying it again");
        assertThat(vendor.requests()).hasSize(1);
    }

    @Test
    void aRecordOfOtherContentIsNotTrusted() throws IOException {
        var file = bench.fetch(source()).path();
        var record = file.resolveSibling("medium.json");
        Files.writeString(
                record,
                Files.readString(record).replace(Workbench.sha256(content).hex(), "0".repeat(64)));

        assertThat(bench.fetch(source()).downloaded()).isTrue();
    }

    @Test
    void theSecondProcessWaitsAndUsesTheFirstOnesDownload() throws Exception {
        var reached = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        vendor.injectFaults(ISO, (server, exchange, whole) -> {
            reached.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Vendor.wholly(whole).answer(server, exchange, whole);
        });
        var waiting = new CountDownLatch(1);
        var second = new Workbench(folder, bench.now);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = threads.submit(() -> bench.fetch(source()));
            assertThat(reached.await(1, TimeUnit.MINUTES)).isTrue();
            var two = threads.submit(() -> second.library().fetch(source(), new MediaListener() {
                @Override
                public void notice(String text) {
                    waiting.countDown();
                }
            }));
            assertThat(waiting.await(1, TimeUnit.MINUTES)).isTrue();
            goOn.countDown();

            assertThat(one.get().downloaded()).isTrue();
            assertThat(two.get().downloaded()).isFalse();
            assertThat(two.get().path()).isEqualTo(one.get().path());
        }
    }

    @Test
    void aLocalFileIsVerifiedInPlace() throws IOException {
        var own = Files.write(folder.resolve("rhel.iso"), content);

        var medium = bench.fetch(ownFile(own));

        assertThat(medium.path()).isEqualTo(own);
        assertThat(medium.downloaded()).isFalse();
        bench.assertNothingIsKept();
        assertThat(vendor.requests()).isEmpty();
    }

    @Test
    void aLocalFileWithAnotherDigestIsRefused() throws IOException {
        var own = Files.write(folder.resolve("rhel.iso"), content);
        bench.fetch(ownFile(own));
        Files.write(own, Workbench.content(2, SIZE - 1));

        var failure = bench.failureOf(ownFile(own));

        assertThat(failure).hasMessageContaining("is not installer-1.iso: its digest is not sha256:");
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
    }

    private MediaSource ownFile(Path file) {
        return new MediaSource(
                "installer",
                new Selection.Pinned("installer-1.iso", "1", Workbench.sha256(content)),
                List.of(),
                Optional.empty(),
                Workbench.SIZE,
                Optional.of(file));
    }

    private Path contentFolder() {
        return bench.home.media().resolve(Workbench.sha256(content).fileName());
    }

    private MediaSource source() {
        return Workbench.pinned(content, vendor.mirror("/vendor"));
    }
}
