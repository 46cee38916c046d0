/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import static dev.cstemplates.cloudstack.ScriptedServer.body;
import static dev.cstemplates.cloudstack.ScriptedServer.cut;
import static dev.cstemplates.cloudstack.ScriptedServer.recorded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.core.Retry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CloudStackClientTest {

    private static final Call READ = Call.of("listZones");
    private static final Call CHANGE = Call.of("createTags").with("resourceids", "x");

    private final List<String> heard = new ArrayList<>();
    private ScriptedServer server;
    private CloudStackClient client;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer().supports("createTags", "resourceids", "resourcetype", "tags");
        client = server.client(new CallListener() {
            @Override
            public void begins(Call call) {
                heard.add("begins " + call.command());
            }

            @Override
            public void ended(Call call, @Nullable CloudStackError error) {
                heard.add("ended " + (error == null ? "well" : error.kind()));
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theCallerIsTheUserWithTheApiKeyNotTheFirstListed() {
        server.on("listUsers", body(200, """
            {"listusersresponse":{"count":2,"user":[
              {"username":"alice","account":"ops","domain":"ROOT","rolename":"User","apikey":"another-key"},
              {"username":"bob","account":"cst","domain":"ROOT","rolename":"User","apikey":"the-api-key"}]}}\
            """));

        assertThat(new CloudStack(client, ScriptedServer.KEYS).caller())
                .isEqualTo(new Cloud.Caller("bob", "cst", "ROOT", "User"));
    }

    @Test
    void theCallerIsUnknownAmongSeveralUsersWithoutApiKeys() {
        server.on("listUsers", body(200, """
            {"listusersresponse":{"count":2,"user":[{"username":"alice"},{"username":"bob"}]}}\
            """));

        assertThat(new CloudStack(client, ScriptedServer.KEYS).caller()).isEqualTo(new Cloud.Caller("", "", "", ""));
    }

    @Test
    void keysInAResponseAreMaskedHoweverTheyAreEscaped() {
        server.on("listZones", body(431, """
            {"listzonesresponse":{"errorcode":431,"errortext":"bad the\\u002dsecret-key of the-api-key"}}\
            """));

        assertThatThrownBy(() -> client.call(READ)).hasMessage("bad ******** of ********");
    }

    @Test
    void callsArePostedSignedAndExpireSoon() {
        server.on("listZones", recorded("listZones"));

        assertThat(client.list(READ.with("name", "ä~b*c d+e"), "zone")).hasSize(2);

        assertThat(server.calls.getFirst())
                .containsEntry("signatureversion", "3")
                .containsEntry("response", "json")
                .containsKey("expires");
        assertThat(heard).isEmpty();
    }

    @Test
    void anEmptyListHasNeitherCountNorArray() {
        server.on("listZones", recorded("listZones-empty"));

        assertThat(client.list(READ, "zone")).isEmpty();
    }

    @Test
    void longListsAreFetchedInPagesOfTheServersSize() {
        server.on(
                "listZones",
                body(200, "{\"r\":{\"count\":5,\"zone\":[{\"id\":1},{\"id\":2}]}}"),
                body(200, "{\"r\":{\"count\":5,\"zone\":[{\"id\":3},{\"id\":4}]}}"),
                body(200, "{\"r\":{\"count\":5,\"zone\":[{\"id\":5}]}}"));

        assertThat(client.list(READ, "zone")).hasSize(5);
        assertThat(server.calls.get(1)).containsEntry("page", "2").containsEntry("pagesize", "2");
        assertThat(server.calls).hasSize(3);
    }

    @Test
    void aReadingCallIsRetriedAfterTransientErrors() {
        server.on(
                "listZones",
                body(200, ""),
                cut(),
                body(503, "{\"listzonesresponse\":{\"errorcode\":503,\"errortext\":\"preparing\"}}"),
                recorded("listZones"));

        assertThat(client.list(READ, "zone")).hasSize(2);
        assertThat(server.pauses).hasSize(3).allMatch(pause -> pause.compareTo(Duration.ofSeconds(4)) <= 0);
    }

    @Test
    void aChangingCallIsNotRetriedWhenItsResponseIsLost() {
        server.on("createTags", cut());

        assertThatThrownBy(() -> client.call(CHANGE))
                .isInstanceOfSatisfying(
                        CloudStackError.class, error -> assertThat(error.kind()).isEqualTo(ErrorKind.NO_ANSWER));
        assertThat(server.count("createTags")).isEqualTo(1);
        assertThat(heard).containsExactly("begins createTags", "ended NO_ANSWER");
    }

    @Test
    void anEmptyResponseIsAnError() {
        server.on("createTags", body(200, ""));

        assertThatThrownBy(() -> client.call(CHANGE))
                .isInstanceOf(CloudStackError.class)
                .hasMessageContaining("empty");
        assertThat(server.count("createTags")).isEqualTo(1);
    }

    @Test
    void anyCallIsRetriedWhenTheServerThrottlesIt() {
        server.on(
                "createTags",
                recorded("throttle-exceeded"),
                recorded("throttle-exceeded"),
                recorded("createTags-template"));

        client.call(CHANGE);

        assertThat(server.pauses).containsExactly(Duration.ofMillis(270), Duration.ofMillis(270));
        assertThat(heard).containsExactly("begins createTags", "ended well");
    }

    @Test
    void errorsOfTheCallerAreNotRetried() {
        server.on("listZones", recorded("param-missing"));

        assertThatThrownBy(() -> client.call(READ)).isInstanceOf(CloudStackError.class);
        assertThat(server.calls).hasSize(1);
    }

    @Test
    void aParameterThatTheServerWouldIgnoreIsReportedBeforeTheCall() {
        assertThatThrownBy(() -> client.call(CHANGE.with("newfangled", true)))
                .isInstanceOfSatisfying(
                        CloudStackError.class, error -> assertThat(error.kind()).isEqualTo(ErrorKind.UNKNOWN_PARAMETER))
                .hasMessageContaining("newfangled");
        assertThat(server.count("createTags")).isZero();
    }

    @Test
    void aCommandThatTheRoleDoesNotAllowIsReportedBeforeTheCall() {
        assertThatThrownBy(() -> client.call(Call.of("prepareTemplate")))
                .isInstanceOfSatisfying(
                        CloudStackError.class, error -> assertThat(error.kind()).isEqualTo(ErrorKind.NOT_AVAILABLE));
        assertThat(server.count("prepareTemplate")).isZero();
        assertThat(client.capabilities().missing(List.of("createTags", "prepareTemplate")))
                .containsExactly("prepareTemplate");
    }

    @Test
    void aJobSurvivesAShortServerOutage() {
        server.on("createTags", recorded("createTags-template"));
        server.on(
                "queryAsyncJobResult",
                recorded("createTags-template-job-pending"),
                cut(),
                cut(),
                cut(),
                cut(),
                cut(),
                recorded("createTags-template-job-final"));

        assertThat(client.run(CHANGE, Duration.ofHours(1)).path("success").asBoolean())
                .isTrue();
        assertThat(server.count("createTags")).isEqualTo(1);
    }

    @Test
    void aFailedJobIsAnErrorAlthoughItsHttpStatusIs200() {
        server.on("createTags", recorded("createTags-duplicate"));
        server.on("queryAsyncJobResult", recorded("createTags-duplicate-job-final"));

        assertThatThrownBy(() -> client.run(CHANGE, Duration.ofHours(1)))
                .isInstanceOfSatisfying(
                        CloudStackError.class, error -> assertThat(error.code()).isEqualTo(530))
                .hasMessageContaining("tag build already on");
    }

    @Test
    void aJobThatNeverEndsTimesOut() {
        server.on("createTags", recorded("createTags-template"));
        server.on("queryAsyncJobResult", recorded("createTags-template-job-pending"));

        assertThatThrownBy(() -> client.run(CHANGE, Duration.ZERO))
                .isInstanceOfSatisfying(
                        CloudStackError.class, error -> assertThat(error.kind()).isEqualTo(ErrorKind.JOB_TIMEOUT));
    }

    @Test
    void a401ReportsThatTheClockIsWrong() {
        var late = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-30));
        var other = new Credentials("the-api-key", "another-secret");

        assertThatThrownBy(() -> server.client(other, CallListener.NONE, late).call(READ))
                .isInstanceOfSatisfying(
                        CloudStackError.class, error -> assertThat(error.kind()).isEqualTo(ErrorKind.CLOCK_SKEW))
                .hasMessageContaining("behind");
        assertThatThrownBy(() -> server.client(other, CallListener.NONE, Clock.systemUTC())
                        .call(READ))
                .isInstanceOfSatisfying(
                        CloudStackError.class, error -> assertThat(error.kind()).isEqualTo(ErrorKind.CREDENTIALS));
    }

    /** The packaged server sends no Date, and one text for a wrong clock, an unknown key, a disabled user and a forbidden address. */
    @Test
    void a401WithoutADateNamesEveryPossibleCause() throws IOException {
        var body = "{\"listzonesresponse\":{\"uuidList\":[],\"errorcode\":401,\"errortext\":\"unable to verify user"
                + " credentials and/or request signature\"}}";
        var answer =
                "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json;charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                        .formatted(body.length(), body);
        try (var socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerOnce(socket, answer));
            var credentials = new Credentials("the-api-key", "the-secret");
            var without = new CloudStackClient(
                    Connection.to(URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/client/api"), null),
                    credentials,
                    Retry.of(1, Duration.ZERO, Duration.ZERO),
                    Clock.fixed(Instant.parse("2026-12-01T03:00:00Z"), ZoneOffset.UTC),
                    CallListener.NONE);

            assertThatThrownBy(() -> without.call(READ))
                    .isInstanceOfSatisfying(
                            CloudStackError.class,
                            error -> assertThat(error.kind()).isEqualTo(ErrorKind.CREDENTIALS))
                    .hasMessageContainingAll(
                            "unable to verify user credentials",
                            "2026-12-01T03:00:00Z",
                            "api.allowed.source.cidr.list",
                            "disabled user");
        }
    }

    private static void answerOnce(ServerSocket socket, String answer) {
        try (var connection = socket.accept()) {
            var request = new byte[8192];
            var read = connection.getInputStream().read(request);
            if (read > 0) {
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                connection.getOutputStream().flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aServerThatDoesNotListenIsUnreachable() {
        server.close();

        assertThatThrownBy(() -> client.call(READ)).isInstanceOfSatisfying(CloudStackError.class, error -> {
            assertThat(error.kind()).isEqualTo(ErrorKind.UNREACHABLE);
            assertThat(error.toFailure().isTransient()).isTrue();
        });
        assertThat(server.pauses).hasSize(3);
    }

    @Test
    void aPageOfAnotherServerIsReportedAsNotCloudStack() {
        server.on("listZones", body(200, "<html>Welcome to nginx</html>"));

        assertThatThrownBy(() -> client.call(READ))
                .isInstanceOfSatisfying(
                        CloudStackError.class, error -> assertThat(error.kind()).isEqualTo(ErrorKind.NOT_CLOUDSTACK));
    }

    @Test
    void secretsAreMasked() {
        server.on(
                "listZones",
                body(431, "{\"r\":{\"errorcode\":431,\"errortext\":\"bad the-secret-key of the-api-key\"}}"));

        assertThatThrownBy(() -> client.call(READ))
                .satisfies(error -> assertThat(error.toString())
                        .doesNotContain("the-secret-key")
                        .doesNotContain("the-api-key"));
        assertThat(ScriptedServer.KEYS.toString()).doesNotContain("the-");
        var call = Call.of("deployVirtualMachine")
                .with("userdata", "c2VjcmV0")
                .with("password", "hidden")
                .with("url", "https://user:word@h.example/a.qcow2?X-Amz-Signature=abc");
        assertThat(call.toString())
                .doesNotContain("c2VjcmV0")
                .doesNotContain("hidden")
                .doesNotContain("word@")
                .doesNotContain("abc")
                .contains("https://h.example/a.qcow2");
    }

    @Test
    void registrationsHaveAPrefixedLowerCaseChecksumAndAllDetails() {
        server.supports("registerTemplate", "arch");
        var call = new CloudStack(client, ScriptedServer.KEYS)
                .templates()
                .registration(TestTemplates.some(), URI.create("http://h/a.qcow2"), "AB".repeat(32));

        assertThat(call.parameters())
                .containsEntry("checksum", "{SHA-256}" + "ab".repeat(32))
                .containsEntry("details[0].rootDiskController", "virtio")
                .containsEntry("details[0].nicAdapter", "virtio")
                .containsEntry("arch", "x86_64");
    }

    @Test
    void olderServersAreNotSentTheArchitecture() {
        server.supports("registerTemplate", "name").supports("getUploadParamsForTemplate", "name");
        var templates = new CloudStack(client, ScriptedServer.KEYS).templates();

        assertThat(templates
                        .registration(TestTemplates.some(), URI.create("http://h/a.qcow2"), "ab".repeat(32))
                        .parameters())
                .doesNotContainKey("arch");
        assertThat(templates.uploadRequest(TestTemplates.some()).parameters()).doesNotContainKeys("checksum", "arch");
    }

    @Test
    void deletingAMissingTemplateSucceeds() {
        server.supports("deleteTemplate", "id", "zoneid", "forced")
                .on("deleteTemplate", recorded("deleteTemplate-again"));

        new CloudStack(client, ScriptedServer.KEYS).templates().delete("x", null);

        assertThat(server.count("deleteTemplate")).isEqualTo(1);
    }

    @Test
    void osTypesMatchByTheirFullDescription() {
        server.on("listOsTypes", recorded("listOsTypes-description-rhel9"));

        var cloud = new CloudStack(client, ScriptedServer.KEYS).cloud();

        assertThat(cloud.osTypes("Red Hat Enterprise Linux 9.0")).hasSize(1);
        assertThat(cloud.osTypes("Red Hat Enterprise Linux 9")).isEmpty();
    }

    @Test
    void parameterNamesAreLowerCase() {
        assertThatThrownBy(() -> READ.with("pageSize", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Call.of("x").withTags(Map.of("k", "v")).parameters())
                .containsEntry("tags[0].key", "k")
                .containsEntry("tags[0].value", "v");
        assertThat(Call.of("getUploadParamsForTemplate").isReading()).isFalse();
    }
}
