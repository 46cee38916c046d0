package dev.cstemplates.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.cstemplates.TestCertificate;
import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads over HTTPS: certificates, credentials, and redirects to HTTP. */
class HttpsTest {

    private final byte[] content = Workbench.content(1, 1 << 16);

    @TempDir
    private static Path certificates;

    private static SSLContext context;

    @TempDir
    private Path folder;

    private Vendor vendor;
    private Vendor plain;
    private Workbench bench;

    @BeforeAll
    static void makeCertificate() throws Exception {
        context = TestCertificate.in(certificates).context();
    }

    @BeforeEach
    void start() throws Exception {
        var server = HttpsServer.create();
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        vendor = new Vendor(server, "https");
        plain = new Vendor();
        bench = new Workbench(
                folder,
                Instant.parse("2026-11-24T12:00:00Z"),
                HttpClient.newBuilder().sslContext(context));
        vendor.offer("/pub/installer-1.iso", content);
        plain.offer("/pub/installer-1.iso", content);
        vendor.offer(
                "/pub/SHA256SUM",
                "SHA256 (installer-1.iso) = " + Workbench.sha256(content).hex());
    }

    @AfterEach
    void stop() {
        vendor.close();
        plain.close();
    }

    @Test
    void anUnsignedMediumIsAcceptedOverHttpsWithANotice() {
        var medium = bench.fetch(unsigned());

        assertThat(medium.path()).hasBinaryContent(content);
        assertThat(medium.evidence().basis()).isEqualTo(Provenance.Basis.HTTPS);
        assertThat(medium.evidence().text())
                .isEqualTo("The vendor signs nothing. Its digest is from %s and is protected by HTTPS only."
                        .formatted(vendor.url("/pub/SHA256SUM")));
    }

    @Test
    void redirectsFromHttpsToHttpAreRefused() throws Exception {
        vendor.injectFaults("/pub/installer-1.iso", Vendor.redirectTo(plain.url("/pub/installer-1.iso")));

        var failure = bench.failureOf(Workbench.pinned(content, vendor.mirror("/pub")));

        assertThat(failure)
                .hasMessage("%s redirects from https to plain http, to %s"
                        .formatted(vendor.url("/pub/installer-1.iso"), plain.url("/pub/installer-1.iso")));
        assertThat(failure.isTransient()).isFalse();
        assertThat(plain.requests()).isEmpty();
        bench.assertNothingIsKept();
    }

    @Test
    void redirectsFromHttpToHttpsAreFollowed() {
        plain.injectFaults("/pub/installer-1.iso", Vendor.redirectTo(vendor.url("/pub/installer-1.iso")));

        var medium = bench.fetch(Workbench.pinned(content, plain.mirror("/pub")));

        assertThat(medium.path()).hasBinaryContent(content);
    }

    @Test
    void anUntrustedCertificateIsRefused() {
        var ordinary = new Workbench(folder, bench.now);

        var failure = ordinary.failureOf(unsigned());

        assertThat(failure).hasMessageContaining("has a certificate that this host does not trust");
        assertThat(failure.isTransient()).isFalse();
        assertThat(ordinary.pauses).isEmpty();
    }

    @Test
    void aLoginInTheUrlIsSentOverHttpsAndNeverPrinted() {
        vendor.injectFaults("/pub/installer-1.iso", (server, exchange, whole) -> {
            var login = exchange.getRequestHeaders().getFirst("Authorization");
            var known = "Basic dXNlcjpzM2NyZXQ=".equals(login);
            Vendor.wholly(known ? whole : new byte[2048]).answer(server, exchange, whole);
        });
        var login = URI.create(vendor.url("/pub/").toString().replace("://", "://user:s3cret@"));

        var medium = bench.fetch(Workbench.pinned(content, new Mirror.Folder(login)));

        assertThat(medium.path()).hasBinaryContent(content);
    }

    @Test
    void aLoginIsNeverSentUnencrypted() {
        var login = URI.create(plain.url("/pub/").toString().replace("://", "://user:s3cret@"));

        var failure = bench.failureOf(Workbench.pinned(content, new Mirror.Folder(login)));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.USAGE);
        assertThat(failure.message() + failure.remedy()).doesNotContain("s3cret");
        assertThat(plain.requests()).isEmpty();
    }

    private MediaSource unsigned() {
        var checksums = new Checksums(
                "SHA256SUM",
                new Checksums.Format.Bsd(),
                Digest.Algorithm.SHA256,
                new Signature.None("The vendor signs nothing."));
        return new MediaSource(
                "installer",
                new Selection.Newest(Pattern.compile("installer-\\d+\\.iso")),
                List.of(vendor.mirror("/pub")),
                Optional.of(checksums),
                Workbench.SIZE,
                Optional.empty());
    }
}
