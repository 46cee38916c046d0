/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads over unreliable networks and from faulty mirrors. The medium is pinned, so its digest is known in advance. */
class DownloadTest {

    private static final String ISO = "/vendor/installer-1.iso";
    private static final int SIZE = 3 << 20;
    private static final int HALF = SIZE / 2;

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
    void aMediumIsDownloadedOnceForAllBuilds() throws IOException {
        var first = bench.fetch(source());
        var second = bench.fetch(source());

        assertThat(first.path()).hasBinaryContent(content).hasFileName("installer-1.iso");
        assertThat(first.size().bytes()).isEqualTo(SIZE);
        assertThat(first.evidence().basis()).isEqualTo(Provenance.Basis.PIN);
        assertThat(first.downloaded()).isTrue();
        assertThat(second.downloaded()).isFalse();
        assertThat(second.path()).isEqualTo(first.path());
        assertThat(vendor.requests()).containsExactly(ISO);
        assertThat(bench.arrived()).isEqualTo(SIZE);
        assertThat(bench.kept()).containsExactly("installer-1.iso");
    }

    @Test
    void anInterruptedDownloadIsResumed() {
        vendor.injectFaults(ISO, Vendor.cutAfter(HALF));

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
        assertThat(vendor.requests()).hasSize(2).last().asString().matches(ISO + " bytes=\\d+- \"one\"");
        assertThat(bench.notices).singleElement().asString().contains("the connection was cut");
    }

    @Test
    void aServerWithoutRangesSendsTheWholeFileAgain() {
        vendor.injectFaults(ISO, Vendor.cutAfter(HALF), Vendor.wholly(content));

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
    }

    @Test
    void replacedContentIsNotMixedWithTheOld() {
        vendor.offer(ISO, Workbench.content(2, SIZE));
        vendor.injectFaults(ISO, Vendor.cutAfter(HALF), (server, exchange, ignored) -> {
            server.rename("\"two\"");
            server.offer(ISO, content);
            Vendor.status(503).answer(server, exchange, ignored);
        });

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
        assertThat(vendor.requests()).hasSize(3);
        assertThat(bench.notices).noneMatch(text -> text.contains("does not fit"));
    }

    @Test
    void mismatchedPartsAreDownloadedAgainCompletely() {
        var other = Workbench.content(2, SIZE);
        vendor.injectFaults(
                ISO, (server, exchange, ignored) -> Vendor.cutAfter(HALF).answer(server, exchange, other));

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
        assertThat(bench.notices).last().asString().contains("does not match the rest; restarting it");
    }

    @Test
    void aStalledDownloadIsAbortedAndResumed() {
        bench.giveUpAfter(Duration.ofSeconds(2));
        vendor.injectFaults(ISO, Vendor.stallAfter(HALF));

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
        assertThat(bench.notices).first().asString().contains("sent nothing for 2 s");
        assertThat(vendor.requests()).last().asString().contains("bytes=");
    }

    @Test
    void aServerThatAlwaysStallsFailsTheDownload() throws IOException {
        bench.giveUpAfter(Duration.ofSeconds(1));
        vendor.injectFaults(ISO, Vendor.stallAfter(0), Vendor.stallAfter(0), Vendor.stallAfter(0));

        var failure = bench.failureOf(source());

        assertThat(failure).hasMessage(vendor.url(ISO) + " sent nothing for 1 s");
        assertThat(failure.kind()).isEqualTo(Failure.Kind.REMOTE);
        assertThat(failure.isTransient()).isTrue();
        assertThat(bench.pauses).hasSize(2).allMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) >= 0);
        bench.assertNothingIsKept();
    }

    @Test
    void aTooLargeLengthCountsAsAnInterruption() throws IOException {
        Vendor.Fault tooLong = (server, exchange, ignored) -> {
            exchange.sendResponseHeaders(200, SIZE + 1);
            exchange.getResponseBody().write(content);
        };
        vendor.injectFaults(ISO, tooLong);

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
        assertThat(bench.notices).first().asString().contains("the connection was cut");
    }

    @Test
    void aTooSmallLengthResultsInAWrongDigest() throws IOException {
        vendor.offer(ISO, Arrays.copyOf(content, SIZE - 1));

        assertThat(bench.failureOf(source())).hasMessageContaining("has the digest sha256:");
        bench.assertNothingIsKept();
    }

    @Test
    void aFlippedBitIsDetectedAndTheFileDeleted() throws IOException {
        var flipped = content.clone();
        flipped[HALF] ^= 1;
        vendor.offer(ISO, flipped);

        var failure = bench.failureOf(source());

        assertThat(failure)
                .hasMessage("%s has the digest %s, expected %s"
                        .formatted(vendor.url(ISO), Workbench.sha256(flipped), Workbench.sha256(content)));
        assertThat(failure.remedy()).contains("The download was deleted");
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
        assertThat(failure.isTransient()).isFalse();
        bench.assertNothingIsKept();
    }

    @Test
    void theNextMirrorIsTriedAfterAMissingOrWrongFile() {
        vendor.offer("/false/installer-1.iso", Workbench.content(2, SIZE));
        var source =
                Workbench.pinned(content, vendor.mirror("/nothing"), vendor.mirror("/false"), vendor.mirror("/vendor"));

        assertThat(bench.fetch(source).path()).hasBinaryContent(content);
        assertThat(bench.notices)
                .satisfiesExactly(
                        first -> assertThat(first).contains("does not exist (HTTP 404); trying the next mirror"),
                        second -> assertThat(second).contains("has the digest"));
    }

    @Test
    void noMirrorHasTheFile() throws IOException {
        var source = Workbench.pinned(content, vendor.mirror("/nothing"), vendor.mirror("/archive"));

        var failure = bench.failureOf(source);

        assertThat(failure).hasMessage("""
            No mirror delivers installer-1.iso:
            %s does not exist (HTTP 404)
            %s does not exist (HTTP 404)\
            """.formatted(
                        vendor.url("/nothing/installer-1.iso"), vendor.url("/archive/installer-1.iso")));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.REMOTE);
        assertThat(failure.isTransient()).isFalse();
        bench.assertNothingIsKept();
    }

    @Test
    void aBusyServerIsRetriedAfterTheRequestedDelay() {
        vendor.injectFaults(ISO, Vendor.status(503, "Retry-After", "7"), Vendor.status(429, "Retry-After", "86400"));

        assertThat(bench.fetch(source()).path()).hasBinaryContent(content);
        assertThat(bench.pauses).containsExactly(Duration.ofSeconds(7), Duration.ofMinutes(1));
    }

    @Test
    void aServerThatStaysBusyIsATransientFailure() {
        vendor.injectFaults(ISO, Vendor.status(500), Vendor.status(502), Vendor.status(503));

        var failure = bench.failureOf(source());

        assertThat(failure).hasMessage(vendor.url(ISO) + " is temporarily unavailable (HTTP 503)");
        assertThat(failure.isTransient()).isTrue();
        assertThat(vendor.requests()).hasSize(3);
    }

    @Test
    void aDownloadThatProgressesWithEachAttemptContinues() {
        var larger = Workbench.content(3, 7 << 20);
        vendor.offer(ISO, larger);
        Vendor.Fault another = (server, exchange, whole) -> {
            var range = exchange.getRequestHeaders().getFirst("Range");
            var from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes %d-%d/%d".formatted(from, whole.length - 1, whole.length));
            exchange.sendResponseHeaders(range == null ? 200 : 206, whole.length - from);
            exchange.getResponseBody().write(whole, from, (1 << 20) + (1 << 18));
            exchange.getResponseBody().flush();
        };
        vendor.injectFaults(ISO, another, another, another, another, another);

        var source = Workbench.pinned(larger, vendor.mirror("/vendor"));

        assertThat(bench.fetch(source).path()).hasBinaryContent(larger);
    }

    @Test
    void redirectsAreFollowed() {
        vendor.injectFaults("/portal/installer-1.iso", Vendor.redirectTo("/hop"));
        vendor.injectFaults("/hop", Vendor.redirectTo(vendor.url(ISO)));

        var source = Workbench.pinned(content, vendor.mirror("/portal"));

        assertThat(bench.fetch(source).path()).hasBinaryContent(content);
    }

    @Test
    void aRedirectLoopIsDetected() throws IOException {
        var round = Vendor.redirectTo(ISO);
        vendor.injectFaults(ISO, round, round, round, round, round, round);

        var failure = bench.failureOf(source());

        assertThat(failure).hasMessage(vendor.url(ISO) + " redirects more than 3 times");
        assertThat(failure.isTransient()).isFalse();
        bench.assertNothingIsKept();
    }

    @Test
    void aRedirectToAFileOfThisHostIsNotFollowed() {
        vendor.injectFaults(ISO, Vendor.redirectTo("file:///etc/passwd"));

        assertThat(bench.failureOf(source())).hasMessage(vendor.url(ISO) + " redirects to an invalid URL");
    }

    @Test
    void aMediumThatIsTooLargeIsNotDownloaded() throws IOException {
        vendor.offer(ISO, new byte[9 << 20]);

        var failure = bench.failureOf(source());

        assertThat(failure).hasMessage(vendor.url(ISO) + " has a size of 9 MiB, which is outside of 1 KiB to 8 MiB");
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
        assertThat(bench.arrived()).isZero();
        bench.assertNothingIsKept();
    }

    @Test
    void anEndlessMediumIsAborted() throws IOException {
        vendor.injectFaults(ISO, Vendor.withoutLength(new byte[9 << 20]));

        assertThat(bench.failureOf(source())).hasMessageContaining("continues after");
        assertThat(bench.arrived()).isLessThanOrEqualTo(8 << 20);
        bench.assertNothingIsKept();
    }

    @Test
    void anErrorPageInsteadOfAMediumIsTooSmall() {
        vendor.offer(ISO, "Please log in");

        assertThat(bench.failureOf(source())).hasMessageContaining("has a size of 13 B, which is outside of");
    }

    @Test
    void aMediumForCustomersIsReportedAsSuch() {
        vendor.injectFaults(ISO, Vendor.status(403));

        assertThat(bench.failureOf(source()).remedy()).startsWith("Download the medium yourself");
    }

    @Test
    void theSecretInAPortalsUrlIsNeverPrinted() {
        var portal = new Mirror.Exact(vendor.url("/portal/download?token=s3cret"));
        vendor.offer("/portal/download", Workbench.content(2, SIZE));

        var failure = bench.failureOf(Workbench.pinned(content, portal));

        assertThat(failure.message() + failure.remedy() + bench.notices)
                .contains("/portal/download")
                .doesNotContain("s3cret");
    }

    @Test
    void noServerListens() {
        vendor.close();

        var failure = bench.failureOf(source());

        assertThat(failure).hasMessageMatching("Cannot connect to 127.0.0.1:\\d+: Connection refused");
        assertThat(failure.remedy()).contains("https_proxy");
        assertThat(failure.isTransient()).isTrue();
        assertThat(bench.pauses)
                .as("one more attempt, no retries of each download")
                .hasSize(1);
    }

    @Test
    void aHostNameThatDoesNotResolveIsReportedOnceForAllMirrors() {
        var source = Workbench.pinned(
                content,
                new Mirror.Folder(URI.create("https://media.invalid/one")),
                new Mirror.Folder(URI.create("https://media.invalid/two")));

        var failure = bench.failureOf(source);

        assertThat(failure).hasMessage("Cannot resolve host media.invalid");
        assertThat(bench.pauses).hasSize(1);
        assertThat(bench.notices).isEmpty();
    }

    @Test
    void aMirrorThatIsDownDoesNotMatterWhileAnotherOneAnswers() {
        var source = Workbench.pinned(
                content, new Mirror.Folder(URI.create("http://media.invalid/")), vendor.mirror("/vendor"));

        assertThat(bench.fetch(source).path()).hasBinaryContent(content);
    }

    private MediaSource source() {
        return Workbench.pinned(content, vendor.mirror("/vendor"));
    }
}
