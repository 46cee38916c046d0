/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.cstemplates.TestCertificate;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Retry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate of the operator's own CA. */
class TrustTest {

    private static final Call CALL = Call.of("listZones");

    @TempDir
    private Path folder;

    private TestCertificate certificate;
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        certificate = TestCertificate.in(folder);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                var body = "{\"listzonesresponse\":{\"count\":1,\"zone\":[{\"id\":\"1\"}]}}"
                        .getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void theProfilesCaIsTrustedInAdditionToTheDefaultOnes() {
        assertThat(client(certificate.pem()).call(CALL).path("zone")).hasSize(1);
    }

    @Test
    void withoutTheProfilesCaTheServerIsNotTrusted() {
        var client = client(null);

        assertThatThrownBy(() -> client.call(CALL))
                .hasMessageContaining("presents an untrusted certificate")
                .hasMessageNotContaining("the-secret");
    }

    @Test
    void anInvalidCaFileIsReported() throws Exception {
        var empty = Files.writeString(folder.resolve("empty.pem"), "");
        var broken = Files.writeString(
                folder.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        assertRefused(empty, "it contains no certificate");
        assertRefused(broken, "");
        assertRefused(folder.resolve("gone.pem"), "");
    }

    private void assertRefused(Path authority, String why) {
        assertThatThrownBy(() -> client(authority))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("Invalid CA file " + authority + ": " + why);
    }

    private CloudStackClient client(@Nullable Path authority) {
        var endpoint = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/client/api");
        return new CloudStackClient(
                Connection.to(endpoint, authority),
                new Credentials("the-key", "the-secret"),
                Retry.of(1, Duration.ZERO, Duration.ZERO),
                Clock.systemUTC(),
                CallListener.NONE);
    }
}
