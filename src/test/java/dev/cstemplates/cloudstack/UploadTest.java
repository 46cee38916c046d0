/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadTest {

    /** The storage VM's response is shortened in the middle of the signature that it contains. */
    @Test
    void aRejectionContainsNoPartOfTheSignature(@TempDir Path folder) throws IOException {
        var answer = ("x".repeat(990) + "the-signature" + "x".repeat(990)).getBytes(StandardCharsets.UTF_8);
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(500, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try (var client = HttpClient.newHttpClient()) {
            var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/upload");
            var ticket = new UploadTicket("id", url, "metadata", "expires", "the-signature");
            var disk = Files.writeString(folder.resolve("disk.qcow2"), "content");

            assertThatThrownBy(() -> new Upload(client).send(ticket, disk, sent -> {}))
                    .hasMessageContaining("xx********")
                    .hasMessageNotContaining("the-");
        } finally {
            server.stop(0);
        }
    }
}
