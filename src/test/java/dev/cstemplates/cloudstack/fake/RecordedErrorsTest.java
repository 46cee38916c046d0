/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fake rejects what a real server rejected, with the same code and text. */
class RecordedErrorsTest extends FakeCloudStackTest {

    private static final String NOTHING = "00000000-0000-4000-8000-000000000000";

    /** Recordings about signing and throttling, which have their own tests. */
    private static final Set<String> ELSEWHERE = Set.of("auth", "enforce", "session", "throttle");

    /** Not covered by the fake. */
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
    void rejectsAsRecorded(String name) throws Exception {
        var recording = Recording.read(name);
        prepare(name);

        var who = who(recording);
        var answer = client.call(who, withOurIds(recording.request(), name, who));

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
        fake.settings().publicUserTemplates = !name.contains("public-forbidden");
        fake.settings().mostTemplates = name.contains("limit-exceeded") ? 0 : 20;
    }

    private Account who(Recording recording) {
        return switch (recording.as()) {
            case "admin" -> fake.admin();
            case "rita" -> fake.account("rita", Role.READ_ONLY);
            default -> fake.account(recording.as(), Role.USER);
        };
    }

    /** Replaces the recordings' templates with one of the fake's in the state that the call needs. */
    private Map<String, String> withOurIds(Map<String, String> request, String name, Account who) throws Exception {
        var ours = new TreeMap<>(request);
        for (var parameter : Set.of("id", "templateid")) {
            var id = request.get(parameter);
            if (id != null
                    && !id.isEmpty()
                    && !id.equals(NOTHING)
                    && !id.startsWith("not")
                    && !name.startsWith("listZones")) {
                ours.put(parameter, template(name, name.contains("foreign") ? fake.admin() : who));
            }
        }
        return ours;
    }

    private String template(String name, Account owner) throws Exception {
        var path = name.endsWith("failed") ? "/status404/tiny.qcow2" : "/tiny.qcow2";
        var id = client.call(
                        owner,
                        "registerTemplate",
                        "name",
                        "a template",
                        "format",
                        "QCOW2",
                        "hypervisor",
                        "KVM",
                        "ostypeid",
                        fake.osTypeId("Ubuntu 24.04 LTS").orElseThrow(),
                        "zoneid",
                        fake.zone1().id(),
                        "url",
                        web.url(path))
                .content()
                .get("template")
                .get(0)
                .get("id")
                .asString();
        if (name.endsWith("deleted") || name.endsWith("again")) {
            client.job(fake.admin(), Map.of("command", "deleteTemplate", "id", id));
        }
        return id;
    }

    private static String withoutIds(String text) {
        return text.replaceAll("\\{.*?}", "{}")
                .replaceAll("@[0-9a-f]+|\\[\\d+]|[0-9a-f]{8}-[0-9a-f-]{27}|Domain Id = \\d+", "*");
    }
}
