package dev.cstemplates.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.cstemplates.core.Failure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryTest {

    private static final String SHA256 = "ab".repeat(32);

    @TempDir
    private Path folder;

    private Delivery.OfferedFile item;

    @BeforeEach
    void writeFile() throws Exception {
        item = new Delivery.OfferedFile(Files.writeString(folder.resolve("a.qcow2"), "content"), SHA256);
    }

    @AfterEach
    void clearKeys() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void existingFilesHaveUrlsBelowTheBaseUrl() {
        try (var existing = new ExistingUrl(URI.create("https://mirror.example.org/cst"))) {
            assertThat(existing.offer(item, bytes -> {}))
                    .isEqualTo(URI.create("https://mirror.example.org/cst/a.qcow2"));
        }
        assertThatThrownBy(() -> new ExistingUrl(URI.create("ftp://mirror.example.org/")))
                .isInstanceOf(Failure.class);
    }

    @Test
    void aWebFolderGetsEachFileWholeAndOnce() throws Exception {
        var web = folder.resolve("www/cst");
        try (var delivery = new WebFolder(web, URI.create("https://www.example.org/cst/"))) {
            var sent = new ArrayList<Long>();
            assertThat(delivery.offer(item, sent::add)).isEqualTo(URI.create("https://www.example.org/cst/a.qcow2"));
            delivery.offer(item, sent::add);

            assertThat(sent).containsExactly(7L);
            assertThat(web.resolve("a.qcow2")).hasContent("content");
            assertThat(web).isDirectoryContaining(file -> file.endsWith("a.qcow2"));
            try (var files = Files.list(web)) {
                assertThat(files).hasSize(1);
            }
        }
    }

    /** The server records requests and stores nothing. */
    @Test
    void anObjectStoreReceivesPartsAndReturnsASignedLinkWithTheFilesExtension() throws Exception {
        System.setProperty("aws.accessKeyId", "key");
        System.setProperty("aws.secretAccessKey", "the-secret");
        var requests = new ArrayList<String>();
        var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> {
            try (exchange) {
                var query = exchange.getRequestURI().getQuery();
                exchange.getRequestBody().readAllBytes();
                requests.add(exchange.getRequestMethod() + " "
                        + exchange.getRequestURI().getPath() + " "
                        + (query == null ? "" : query.replaceAll("=.*", "")));
                if (exchange.getRequestMethod().equals("HEAD")) {
                    exchange.sendResponseHeaders(404, -1);
                    return;
                }
                exchange.getResponseHeaders().set("ETag", "\"etag\"");
                var body = (exchange.getRequestMethod().equals("POST")
                                ? "<R><UploadId>u1</UploadId><ETag>e</ETag></R>"
                                : "")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        http.start();
        var endpoint = URI.create("http://127.0.0.1:" + http.getAddress().getPort());
        var place = new Bucket.BucketLocation(endpoint, "templates", "cst", null, true);
        try (var store = new ObjectStore(Bucket.at(place), Duration.ofHours(1))) {
            var link = store.offer(item, bytes -> {});

            assertThat(link.getPath()).isEqualTo("/templates/cst/a.qcow2");
            assertThat(link.getQuery())
                    .contains("X-Amz-Signature", "X-Amz-Expires=3600")
                    .doesNotContain("the-secret");
            assertThat(store.address(item)).isEqualTo(endpoint.resolve("/templates/cst/a.qcow2"));
            assertThat(requests)
                    .isEqualTo(List.of(
                            "HEAD /templates/cst/a.qcow2 ",
                            "POST /templates/cst/a.qcow2 uploads",
                            "PUT /templates/cst/a.qcow2 partNumber",
                            "POST /templates/cst/a.qcow2 uploadId"));
        } finally {
            http.stop(0);
        }
    }

    @Test
    void parsesBucketUrls() {
        assertThat(Bucket.BucketLocation.parse("s3://layers"))
                .isEqualTo(new Bucket.BucketLocation(null, "layers", "", null, false));
        assertThat(Bucket.BucketLocation.parse(
                        "s3://layers/team/one?endpoint=http://127.0.0.1:9000&region=eu-central-1"))
                .isEqualTo(new Bucket.BucketLocation(
                        URI.create("http://127.0.0.1:9000"), "layers", "team/one/", "eu-central-1", true));
        for (var bad : List.of("s3://", "s3://A", "s3://layers?endpoint=ftp://x", "s3://layers?key=secret")) {
            assertThatThrownBy(() -> Bucket.BucketLocation.parse(bad)).hasMessageContaining("Invalid bucket URL");
        }
    }
}
