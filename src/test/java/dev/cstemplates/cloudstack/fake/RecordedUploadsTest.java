/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Uploads behave as recorded with a real secondary storage VM's code. */
class RecordedUploadsTest extends FakeCloudStackTest {

    private static final String BOUNDARY = "----tb1795376089194";

    @Test
    void acceptsAValidFileOnceAndShowsItLater() throws Exception {
        var ticket = ticket("");
        assertThat(Shape.of(ticket))
                .isEqualTo(Shape.of(Recording.read("getUploadParamsForTemplate-ok")
                        .response()
                        .get("postuploadtemplateresponse")
                        .get("getuploadparams")));
        assertShape(list(ticket), "getUploadParamsForTemplate-ok-list-before");

        assertResponse(post(ticket, "tiny.qcow2", Samples.qcow2(3, 0, 0)), "upload-ok");

        assertShape(list(ticket), "upload-ok-list-right-after");
        assertShape(list(ticket), "upload-state-slow-02");
        assertShape(list(ticket), "upload-ok-list-after-75s");
        assertResponse(post(ticket, "tiny.qcow2", Samples.qcow2(3, 0, 0)), "upload-second-time");
    }

    @Test
    void rejectsFilesThatDoNotMatchTheirNameOrFormat() throws Exception {
        assertResponse(post(ticket(""), "tiny.vhd", Samples.vhd()), "upload-content-vhd");
        assertResponse(post(ticket(""), "tiny.vhd", Samples.qcow2(3, 0, 0)), "upload-filename-vhd-for-qcow2");
        assertResponse(post(ticket(""), "image", Samples.qcow2(3, 0, 0)), "upload-filename-without-extension");
        assertResponse(
                post(ticket(""), "tiny.qcow2", "text".getBytes(StandardCharsets.US_ASCII)), "upload-content-text");
        assertResponse(post(ticket(""), "tiny.qcow2", Samples.qcow2(3, 512, 0)), "upload-content-backing-file");
        assertResponse(
                post(
                        ticket("{SHA-256}80692c6cee311f4e5761797093a2e150deb1fab84186fee5533075449bb564d8"),
                        "tiny.qcow2",
                        Samples.qcow2(3, 0, 0)),
                "upload-with-checksum");
    }

    @Test
    void removesAFailedUpload() throws Exception {
        fake.settings().failedUploadListings = 1;
        var ticket = ticket("");
        post(ticket, "tiny.qcow2", "text".getBytes(StandardCharsets.US_ASCII));

        assertShape(list(ticket), "upload-state-fail-01");
        list(ticket);
        assertShape(list(ticket), "upload-state-fail-02");
        assertShape(list(ticket), "upload-state-fail-03");
    }

    @Test
    void rejectsAWrongSignatureAndInvalidatesTheTicket() throws Exception {
        var ticket = ticket("");
        var file = multipart("tiny.qcow2", Samples.qcow2(3, 0, 0));
        var tampered = request(ticket, BodyPublishers.ofByteArray(file)).setHeader("x-metadata", "bm90aGluZw==");

        assertResponse(send(tampered), "upload-tampered-metadata");
        assertResponse(post(ticket, "tiny.qcow2", Samples.qcow2(3, 0, 0)), "upload-retry-after-wrong-signature");

        var other = ticket("");
        var byAnotherName = request(other, BodyPublishers.ofByteArray(file))
                .uri(URI.create(other.get("postURL").asString().replace("127.0.0.1", "localhost")));
        assertResponse(send(byAnotherName), "upload-other-host-header");

        var bare = HttpRequest.newBuilder(URI.create(ticket("").get("postURL").asString()))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofByteArray(file));
        assertResponse(send(bare), "upload-no-headers");
    }

    @Test
    void rejectsChunkedUploadsAndKeepsTheTicketValid() throws Exception {
        var ticket = ticket("");
        var file = multipart("tiny.qcow2", Samples.qcow2(3, 0, 0));

        assertResponse(
                send(request(ticket, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(file)))),
                "upload-chunked");
        assertShape(list(ticket), "upload-chunked-list-after-75s");
    }

    private JsonNode ticket(String checksum) throws Exception {
        var parameters = new ArrayList<>(List.of(
                "name",
                "up",
                "format",
                "QCOW2",
                "hypervisor",
                "KVM",
                "zoneid",
                fake.zone1().id(),
                "ostypeid",
                fake.osTypeId("Ubuntu 24.04 LTS").orElseThrow()));
        if (!checksum.isEmpty()) {
            parameters.addAll(List.of("checksum", checksum));
        }
        return client.call(fake.admin(), "getUploadParamsForTemplate", parameters.toArray(String[]::new))
                .content()
                .get("getuploadparams");
    }

    private JsonNode list(JsonNode ticket) throws Exception {
        return client.call(
                        fake.admin(),
                        Map.of(
                                "command",
                                "listTemplates",
                                "templatefilter",
                                "all",
                                "id",
                                ticket.get("id").asString()))
                .content();
    }

    private HttpResponse<String> post(JsonNode ticket, String name, byte[] content) throws Exception {
        return send(request(ticket, BodyPublishers.ofByteArray(multipart(name, content))));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.http().send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(JsonNode ticket, BodyPublisher body) {
        return HttpRequest.newBuilder(URI.create(ticket.get("postURL").asString()))
                .header("x-signature", ticket.get("signature").asString())
                .header("X-Metadata", ticket.get("metadata").asString())
                .header("x-expires", ticket.get("expires").asString())
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(body);
    }

    private static byte[] multipart(String name, byte[] content) {
        var begin = "--%s\r\nContent-Disposition: form-data; name=\"files\"; filename=\"%s\"\r\n\r\n"
                .formatted(BOUNDARY, name);
        var end = "\r\n--%s--\r\n".formatted(BOUNDARY);
        var body = new ByteArrayOutputStream();
        body.writeBytes(begin.getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(content);
        body.writeBytes(end.getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }

    private static void assertResponse(HttpResponse<String> response, String recording) {
        var recorded = Recording.read(recording);
        assertThat(withoutType(response.body()))
                .isEqualTo(withoutType(recorded.response().asString()));
        assertThat(response.statusCode()).isEqualTo(recorded.status());
    }

    /** Removes the details that {@code file(1)} appends to a type. */
    private static String withoutType(String text) {
        return text.replaceAll("(Received: [A-Za-z]+).*", "$1");
    }

    private static void assertShape(JsonNode list, String recording) {
        var recorded = Recording.read(recording).response().get("listtemplatesresponse");
        assertThat(Shape.of(list)).isEqualTo(Shape.of(recorded));
        var state = list.path("template").path(0);
        var expected = recorded.path("template").path(0);
        assertThat(state.path("isready")).isEqualTo(expected.path("isready"));
        assertThat(state.path("status").asString("").replaceAll("\\d+%", "N%"))
                .isEqualTo(expected.path("status").asString("").replaceAll("\\d+%", "N%"));
    }
}
