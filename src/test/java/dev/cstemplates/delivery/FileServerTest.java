package dev.cstemplates.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file server meets the requirements of CloudStack's management server and secondary storage VM. */
class FileServerTest {

    private static final String SHA256 = "0123456789abcdef".repeat(4);

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private FileServer server;
    private URI url;

    @BeforeEach
    void start() throws Exception {
        server = FileServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
        var file = Files.writeString(folder.resolve("debian-12-kvm.qcow2"), "0123456789");
        url = server.offer(new Delivery.OfferedFile(file, SHA256), bytes -> {});
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @Test
    void headReturnsTheLength() throws Exception {
        var answer = ask(HttpRequest.newBuilder(url).HEAD());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-length")).contains("10");
        assertThat(answer.headers().firstValue("accept-ranges")).contains("bytes");
    }

    @Test
    void getReturnsTheFileAndItsLength() throws Exception {
        var answer = ask(HttpRequest.newBuilder(url));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-length")).contains("10");
        assertThat(answer.body()).isEqualTo("0123456789");
    }

    @Test
    void rangeReturnsTheRest() throws Exception {
        var answer = ask(HttpRequest.newBuilder(url).header("Range", "bytes=7-"));

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.headers().firstValue("content-range")).contains("bytes 7-9/10");
        assertThat(answer.body()).isEqualTo("789");
        assertThat(ask(HttpRequest.newBuilder(url).header("Range", "bytes=2-4")).body())
                .isEqualTo("234");
    }

    @Test
    void aRangePastTheEndIsRejected() throws Exception {
        var answer = ask(HttpRequest.newBuilder(url).header("Range", "bytes=10-"));

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(answer.headers().firstValue("content-range")).contains("bytes */10");
    }

    @Test
    void thePathEndsWithTheNameAndCannotBeGuessed() throws Exception {
        assertThat(url.getPath()).endsWith("/debian-12-kvm.qcow2").contains(SHA256.substring(0, 32));
        assertThat(ask(HttpRequest.newBuilder(url.resolve("/debian-12-kvm.qcow2")))
                        .statusCode())
                .isEqualTo(404);
        assertThat(ask(HttpRequest.newBuilder(url.resolve("/"))).statusCode()).isEqualTo(404);
        assertThat(ask(HttpRequest.newBuilder(url).DELETE()).statusCode()).isEqualTo(405);
    }

    private HttpResponse<String> ask(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
