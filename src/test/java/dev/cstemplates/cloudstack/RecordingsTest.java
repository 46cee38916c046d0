package dev.cstemplates.cloudstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.core.Failure;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The client parses the responses of a real management server. */
class RecordingsTest {

    static Stream<Recording> answers() throws Exception {
        return Recording.all().stream().filter(each -> !each.command().isEmpty());
    }

    /** Every response is parsed: a result, or an error with the server's code and text. */
    @ParameterizedTest
    @MethodSource("answers")
    void everyResponseIsParsed(Recording recording) {
        if (recording.response().isString() && recording.status() < 400) {
            return; // XML, which the client never requests.
        }
        if (recording.status() == 200) {
            assertThat(recording.open()).isNotNull();
            return;
        }
        assertThatThrownBy(recording::open).isInstanceOfSatisfying(CloudStackError.class, error -> {
            assertThat(error.code()).isEqualTo(recording.status());
            if (!recording.response().isString()) {
                assertThat(recording.body()).contains("\"errortext\"");
                assertThat(error.message()).isNotBlank();
            }
            assertThat(error.toFailure().kind()).isEqualTo(Failure.Kind.REMOTE);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "auth-none, CREDENTIALS",
        "auth-wrong-signature, CREDENTIALS",
        "auth-unknown-command-signed, CREDENTIALS",
        "auth-missing-command, CREDENTIALS",
        "auth-user-forbidden-command, NOT_AVAILABLE",
        "throttle-exceeded, RATE_LIMIT",
        "param-unknown-uuid, NOT_FOUND",
        "param-missing, INVALID",
        "deleteTemplate-again, NOT_FOUND",
        "deleteTemplate-unknown, NOT_FOUND",
        "registerTemplate-user-limit-exceeded, LIMIT",
        "registerTemplate-user-secondary-storage-limit, LIMIT",
        "registerTemplate-ext-mismatch-vhd, INVALID",
        "registerTemplate-templatetag-user, FORBIDDEN",
        "updateTemplate-foreign, FORBIDDEN",
        "listTemplates-by-id-user-foreign-private, FORBIDDEN",
        "listApis-missing, SERVER",
        "deployVirtualMachine-template-not-ready, SERVER",
        "linkUserDataToTemplate-bad-policy, SERVER",
        "enforce-state-change-by-get, SERVER",
        "auth-error-xml, NOT_CLOUDSTACK"
    })
    void errorsAreClassified(String name, ErrorKind kind) {
        assertThatThrownBy(() -> Recording.of(name).open())
                .isInstanceOfSatisfying(
                        CloudStackError.class, error -> assertThat(error.kind()).isEqualTo(kind));
    }

    @Test
    void theRateLimitHasADelay() {
        assertThatThrownBy(() -> Recording.of("throttle-exceeded").open())
                .isInstanceOfSatisfying(
                        CloudStackError.class,
                        error -> assertThat(error.requestedPause()).hasMillis(270));
    }

    @ParameterizedTest
    @CsvSource({
        "deleteTemplate-in-use-job-final, IN_USE",
        "deleteTemplate-foreign-job-final, FORBIDDEN",
        "copyTemplate-foreign-job-final, FORBIDDEN",
        "copyTemplate-not-ready-job-final, INVALID",
        "createTags-bad-resource-job-final, NOT_FOUND",
        "createTags-duplicate-job-final, SERVER",
        "deleteTemplate-while-downloading-job-final, SERVER",
        "deployVirtualMachine-kvm-no-host-job-final, CAPACITY"
    })
    void failedJobsAreClassified(String name, ErrorKind kind) {
        var result = Recording.of(name).open().path("jobresult");
        var error = Envelope.error(
                "x", result.path("errorcode").asInt(), result.path("errortext").stringValue());

        assertThat(error.kind()).isEqualTo(kind);
    }

    @Test
    void oneEntryForEachZone() {
        var templates = templates("registerTemplate-two-zones-final");

        assertThat(templates).hasSize(2);
        assertThat(templates).extracting(Template::zoneName).containsExactly("Sandbox-simulator", "Sandbox-2");
        assertThat(templates).extracting(Template::id).containsOnly("4e8ae915-4e1f-4f00-aae9-46e42a7aadce");
        assertThat(templates).extracting(Template::state).containsOnly(new TemplateState.Ready());
        assertThat(templates.getFirst().size()).isEqualTo(67108864);
    }

    @Test
    void tagsDetailsAndUserData() {
        var template = templates("listTemplates-with-userdata").getFirst();

        assertThat(template.tags()).containsExactlyEntriesOf(Map.of("build", "2026-11-22"));
        assertThat(template.userData()).isEqualTo("7f2e14b8-16bd-45c2-9dab-1b60ab18ff0e");
        assertThat(templates("registerTemplate-progress").getFirst().details())
                .containsEntry("rootDiskController", "scsi")
                .containsEntry("nicAdapter", "virtio");
        assertThat(template.created()).isEqualTo("2026-11-22T19:33:51Z");
    }

    @ParameterizedTest
    @CsvSource({
        "registerTemplate-progress-poll00, 0",
        "registerTemplate-progress-poll01, 19",
        "registerTemplate-progress-poll02, 84",
        "getUploadParamsForTemplate-ok-list-before, 0",
        "upload-state-slow-02, 26",
        "upload-never-uploaded-list-after-75s, 0"
    })
    void progress(String name, int percent) {
        assertThat(templates(name).getFirst().state())
                .isInstanceOfSatisfying(
                        TemplateState.Working.class,
                        working -> assertThat(working.percent()).isEqualTo(percent));
    }

    static List<String> failures() throws Exception {
        return Recording.all().stream()
                .filter(each -> each.name().startsWith("registerTemplate-")
                        && each.name().endsWith("-final"))
                .filter(each -> each.body().contains("\"isready\":false"))
                .map(Recording::name)
                .toList();
    }

    /** Every kind of failed download, also NOT_DOWNLOADED with an error, is reported with the server's text. */
    @ParameterizedTest
    @MethodSource("failures")
    void failedDownloadsAreReported(String name) {
        var template = templates(name).getFirst();

        assertThat(template.state())
                .isInstanceOfSatisfying(
                        TemplateState.Failed.class,
                        failed -> assertThat(failed.status()).isNotBlank().isEqualTo(template.status()));
    }

    @Test
    void anUploadsErrorHasNoReason() {
        assertThat(templates("upload-state-fail-02").getFirst().state())
                .isEqualTo(new TemplateState.Failed("UploadError"));
        assertThat(templates("upload-state-fail-03")).isEmpty();
    }

    @Test
    void uploadTickets() {
        var ticket = UploadTicket.of(new JsonFields(
                Recording.of("getUploadParamsForTemplate-ok").open().path("getuploadparams")));

        assertThat(ticket.template()).isEqualTo("2345a4ec-ab49-44d4-93a2-134efab1f38e");
        assertThat(ticket.url())
                .isEqualTo(URI.create("http://127.0.0.1:8210/upload/2345a4ec-ab49-44d4-93a2-134efab1f38e"));
        assertThat(ticket.expires()).isEqualTo("2026-11-22T20:34:47.356Z");
        assertThat(ticket.toString()).doesNotContain(ticket.signature()).doesNotContain(ticket.metadata());
    }

    @Test
    void instances() {
        var deployed = new JsonFields(
                Recording.of("deployVirtualMachine-job-final").open().path("jobresult"));
        var instance = Instance.of(deployed.object("virtualmachine"));

        assertThat(instance.state()).isEqualTo("Running");
        assertThat(instance.address()).isEqualTo("10.1.1.118");
        assertThat(instance.password()).isEqualTo("REDACTED");
        assertThat(instance.toString()).doesNotContain("REDACTED");
        assertThat(items("listVirtualMachines-error-state", "virtualmachine").map(Instance::of))
                .extracting(Instance::state)
                .containsExactly("Error");
    }

    @Test
    void zonesOfferingsAndNetworks() {
        assertThat(items("listZones", "zone").map(Zone::of))
                .extracting(Zone::name)
                .containsExactly("Sandbox-simulator", "Sandbox-2");
        assertThat(items("listServiceOfferings", "serviceoffering").map(Offering::of))
                .extracting(Offering::name)
                .contains("Small Instance");
        assertThat(items("listNetworks-one", "network").map(Network::of))
                .extracting(Network::name)
                .hasSize(1);
        assertThat(items("listOsTypes-keyword-ubuntu-lower", "ostype").map(OsType::of))
                .extracting(OsType::description)
                .contains("Ubuntu 24.04 LTS");
        assertThat(items("listUserData", "userdata").map(UserDataStore.RegisteredUserData::of))
                .extracting(UserDataStore.RegisteredUserData::name)
                .containsExactly("rec-ud-1795376122");
    }

    /** Calls only use parameters that the recorded server declares. */
    @Test
    void registrationsUseDeclaredParameters() throws Exception {
        var declared = Recording.of("listApis-registerTemplate")
                .open()
                .path("api")
                .path(0)
                .path("params")
                .valueStream()
                .map(each -> each.path("name").asString(""))
                .toList();
        var call = TestTemplates.some().addTo(Call.of("registerTemplate")).with("zoneids", List.of("a", "b"));

        assertThat(declared).containsAll(call.declaredNames()).contains("url", "checksum");
    }

    private static List<Template> templates(String name) {
        return items(name, "template").map(Template::of).toList();
    }

    private static Stream<JsonFields> items(String name, String array) {
        return Recording.of(name).open().path(array).valueStream().map(JsonFields::new);
    }
}
