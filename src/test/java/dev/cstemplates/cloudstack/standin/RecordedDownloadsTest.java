package dev.cstemplates.cloudstack.standin;

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

/** What became of a real server's templates becomes of the stand-in's, from the same kind of file behind the same kind of URL. */
class RecordedDownloadsTest extends StandInTest {

    /** What the stand-in doesn't have: compression, TLS, plain VMDKs, several kinds of template. */
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
    void endsAsItDid(String name) throws Exception {
        var recording = Recording.read(name);
        var last = Recording.read(name + "-final");
        var expected = last.response().path("listtemplatesresponse");
        var owner = recording.as().equals("admin") ? standIn.admin() : standIn.account(recording.as(), Role.USER);

        var begun = caller.call(owner, here(recording.request()));
        var ended = end(last.as().equals("admin") ? standIn.admin() : owner, begun.content());

        if (!name.equals("registerTemplate-checksum-unknown-algorithm")) {
            assertThat(Shape.of(begun.content()))
                    .isEqualTo(Shape.of(recording.response().path("registertemplateresponse")));
        }
        assertThat(Shape.of(ended)).isEqualTo(Shape.of(expected));
        assertThat(states(ended)).isEqualTo(states(expected));
    }

    /** The recordings' files are ours; so are their checksums, of the content or of something else. */
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
        for (var looks = 0; looks < 3; looks++) {
            list = caller.call(viewer, "listTemplates", "templatefilter", filter, "id", id)
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

    /** Whose checksums and which port is not the same. */
    private static String status(JsonNode template) {
        return template.path("status")
                .asString("")
                .replaceAll("\"\\{([^}]*)}[^\"]*\"", "{$1}")
                .replaceAll(":\\d+/", "/")
                .replaceAll("\\{FOO}.*", "{FOO}")
                .replaceAll("(Found {2}: [A-Za-z]+).*", "$1");
    }
}
