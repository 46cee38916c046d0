/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Downloads of the fake end as recorded downloads of the same kind of file and URL did. */
class RecordedDownloadsTest extends FakeCloudStackTest {

    /** Not covered by the fake: compression, TLS, plain VMDKs, several kinds of template. */
    private static final Set<String> LEFT_OUT = Set.of(
            "registerTemplate-compressed-bz2",
            "registerTemplate-compressed-gz",
            "registerTemplate-compressed-xz",
            "registerTemplate-compressed-zip",
            "registerTemplate-forcks",
            "registerTemplate-http-no-content-length",
            "registerTemplate-http-unresolvable",
            "registerTemplate-https-not-tls",
            "registerTemplate-ova-vmware-deployasis",
            "registerTemplate-raw-gz",
            "registerTemplate-templatetype-routing-admin",
            "registerTemplate-url-userinfo",
            "registerTemplate-vhd-compressed-bz2",
            "registerTemplate-vmdk");

    static Stream<String> registrations() {
        return Recording.names()
                .filter(name -> name.startsWith("registerTemplate-") && name.endsWith("-final"))
                .map(name -> name.replace("-final", ""))
                .filter(name -> !LEFT_OUT.contains(name));
    }

    @ParameterizedTest
    @MethodSource("registrations")
    void endsAsRecorded(String name) throws Exception {
        var recording = Recording.read(name);
        var last = Recording.read(name + "-final");
        var expected = last.response().path("listtemplatesresponse");
        var owner = recording.as().equals("admin") ? fake.admin() : fake.account(recording.as(), Role.USER);

        var begun = client.call(owner, here(recording.request()));
        var ended = end(last.as().equals("admin") ? fake.admin() : owner, begun.content());

        if (!name.equals("registerTemplate-checksum-unknown-algorithm")) {
            assertThat(Shape.of(begun.content()))
                    .isEqualTo(Shape.of(recording.response().path("registertemplateresponse")));
        }
        assertThat(Shape.of(ended)).isEqualTo(Shape.of(expected));
        assertThat(states(ended)).isEqualTo(states(expected));
    }

    /** Replaces the recordings' files and checksums with the test's own. */
    private Map<String, String> here(Map<String, String> request) throws IOException {
        var here = new TreeMap<>(request);
        here.computeIfPresent("url", (name, url) -> url.replace("http://127.0.0.1:8600", web.url("")));
        var checksum = request.getOrDefault("checksum", "");
        if (!checksum.isEmpty()) {
            var sample = folder.resolve("sample");
            Files.write(sample, Samples.qcow2(3, 0, 0));
            here.put(
                    "checksum",
                    checksum.replace(
                                    "80692c6cee311f4e5761797093a2e150deb1fab84186fee5533075449bb564d8",
                                    Checksum.of(sample, "SHA-256").value())
                            .replace(
                                    "f11d44a8cff6cd75413ce70da8753c31",
                                    Checksum.of(sample, "MD5").value())
                            .replaceAll(
                                    "\\{SHA-1}.*", Checksum.of(sample, "SHA-1").toString())
                            .replaceAll(
                                    "\\{SHA-512}.*",
                                    Checksum.of(sample, "SHA-512").toString()));
        }
        return here;
    }

    private JsonNode end(Account viewer, JsonNode begun) throws Exception {
        var id = begun.get("template").get(0).get("id").asString();
        var filter = viewer.isAdmin() ? "all" : "self";
        JsonNode list = begun;
        for (var listings = 0; listings < 3; listings++) {
            list = client.call(viewer, "listTemplates", "templatefilter", filter, "id", id)
                    .content();
        }
        return list;
    }

    private static Stream<String> each(JsonNode list) {
        return list.path("template").valueStream().map(RecordedDownloadsTest::state);
    }

    private static List<String> states(JsonNode list) {
        return each(list).toList();
    }

    private static String state(JsonNode template) {
        var download = template.path("downloaddetails").path(0);
        return "%s, %s, %s, %s"
                .formatted(
                        template.path("zonename"),
                        template.path("isready"),
                        download.path("downloadState"),
                        status(template));
    }

    /** Masks checksums and ports, which differ. */
    private static String status(JsonNode template) {
        return template.path("status")
                .asString("")
                .replaceAll("\"\\{([^}]*)}[^\"]*\"", "{$1}")
                .replaceAll(":\\d+/", "/")
                .replaceAll("\\{FOO}.*", "{FOO}")
                .replaceAll("(Found {2}: [A-Za-z]+).*", "$1");
    }
}
