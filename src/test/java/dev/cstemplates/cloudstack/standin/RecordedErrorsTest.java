package dev.cstemplates.cloudstack.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real server refused is refused by the stand-in with the same code and the same words. */
class RecordedErrorsTest extends StandInTest {

    private static final String NOTHING = "00000000-0000-4000-8000-000000000000";

    /** Those that are about how a call is signed or counted have tests of their own. */
    private static final Set<String> ELSEWHERE = Set.of("auth", "enforce", "session", "throttle");

    /** What the stand-in doesn't have. */
    private static final Set<String> LEFT_OUT = Set.of(
            "queryAsyncJobResult-foreign",
            "registerTemplate-user-secondary-storage-limit",
            "extractTemplate-missing-mode",
            "createNetwork-missing-offering");

    static Stream<String> errors() {
        return Recording.names()
                .filter(name -> !ELSEWHERE.contains(name.replaceFirst("-.*", "")))
                .filter(name -> !LEFT_OUT.contains(name))
                .filter(name -> {
                    var recording = Recording.read(name);
                    return recording.isCall() && recording.status() >= 400;
                });
    }

    @ParameterizedTest
    @MethodSource("errors")
    void refusesAsTheServerDid(String name) throws Exception {
        var recording = Recording.read(name);
        prepare(name);

        var who = who(recording);
        var answer = caller.call(who, withOurIds(recording.request(), name, who));

        var expected = recording.response().properties().iterator().next();
        assertThat(answer.status()).isEqualTo(recording.status());
        assertThat(answer.envelope()).isEqualTo(expected.getKey());
        assertThat(answer.content().path("errorcode"))
                .isEqualTo(expected.getValue().path("errorcode"));
        assertThat(answer.content().path("cserrorcode"))
                .isEqualTo(expected.getValue().path("cserrorcode"));
        assertThat(withoutIds(answer.error()))
                .isEqualTo(withoutIds(expected.getValue().path("errortext").asString()));
    }

    private void prepare(String name) {
        standIn.settings().publicUserTemplates = !name.contains("public-forbidden");
        standIn.settings().mostTemplates = name.contains("limit-exceeded") ? 0 : 20;
    }

    private Account who(Recording recording) {
        return switch (recording.as()) {
            case "admin" -> standIn.admin();
            case "rita" -> standIn.account("rita", Role.READ_ONLY);
            default -> standIn.account(recording.as(), Role.USER);
        };
    }

    /** Templates of the recordings are one of ours, in the state that the call needs. */
    private Map<String, String> withOurIds(Map<String, String> request, String name, Account who) throws Exception {
        var ours = new TreeMap<>(request);
        for (var parameter : Set.of("id", "templateid")) {
            var id = request.get(parameter);
            if (id != null
                    && !id.isEmpty()
                    && !id.equals(NOTHING)
                    && !id.startsWith("not")
                    && !name.startsWith("listZones")) {
                ours.put(parameter, template(name, name.contains("foreign") ? standIn.admin() : who));
            }
        }
        return ours;
    }

    private String template(String name, Account owner) throws Exception {
        var path = name.endsWith("failed") ? "/status404/tiny.qcow2" : "/tiny.qcow2";
        var id = caller.call(
                        owner,
                        "registerTemplate",
                        "name",
                        "a template",
                        "format",
                        "QCOW2",
                        "hypervisor",
                        "KVM",
                        "ostypeid",
                        standIn.osTypeId("Ubuntu 24.04 LTS").orElseThrow(),
                        "zoneid",
                        standIn.zone1().id(),
                        "url",
                        web.url(path))
                .content()
                .get("template")
                .get(0)
                .get("id")
                .asString();
        if (name.endsWith("deleted") || name.endsWith("again")) {
            caller.job(standIn.admin(), Map.of("command", "deleteTemplate", "id", id));
        }
        return id;
    }

    private static String withoutIds(String text) {
        return text.replaceAll("\\{.*?}", "{}")
                .replaceAll("@[0-9a-f]+|\\[\\d+]|[0-9a-f]{8}-[0-9a-f-]{27}|Domain Id = \\d+", "*");
    }
}
