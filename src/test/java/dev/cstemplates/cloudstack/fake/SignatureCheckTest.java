/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The fake authenticates exactly the calls that a real server does. */
class SignatureCheckTest extends FakeCloudStackTest {

    private static final DateTimeFormatter EXPIRES =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxx").withZone(ZoneOffset.UTC);

    static Stream<JsonNode> vectors() {
        return Recording.read("signing-test-vectors").document().get("vectors").valueStream();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void signsAsTheVectorsSay(JsonNode vector) {
        var parameters = new TreeMap<String, String>();
        vector.get("params")
                .properties()
                .forEach(
                        entry -> parameters.put(entry.getKey(), entry.getValue().asString()));
        var secret = Recording.read("signing-test-vectors")
                .document()
                .get("secretkey")
                .asString();

        assertThat(Signatures.expected(parameters, secret))
                .isEqualTo(vector.get("signature").asString());
    }

    @Test
    void rejectsWrongSignaturesWithoutAReason() throws Exception {
        var sent = signed(Map.of("command", "listZones"));
        sent.put("signature", "d3Jvbmc=");
        assertThat(client.send("POST", sent)).isEqualTo(unauthenticated("listzonesresponse"));
        sent.remove("signature");
        assertThat(client.send("GET", sent)).isEqualTo(unauthenticated("listzonesresponse"));
        assertThat(client.call(fake.admin(), "listzones")).isEqualTo(unauthenticated("errorresponse"));
        assertThat(client.call(fake.admin(), Map.of("response", "json"))).isEqualTo(unauthenticated("null"));
    }

    private static TestClient.ApiResponse unauthenticated(String envelope) {
        var recorded = Recording.read("auth-wrong-signature").response().get("listzonesresponse");
        return new TestClient.ApiResponse(401, envelope, recorded);
    }

    @Test
    void rejectsExpiredCallsAndAcceptsFutureOnes() throws Exception {
        assertThat(expiringIn(Duration.ofMinutes(10)).status()).isEqualTo(200);
        assertThat(expiringIn(Duration.ofDays(365)).status()).isEqualTo(200);
        assertThat(expiringIn(Duration.ofSeconds(-1)).status()).isEqualTo(401);

        fake.settings().clockAhead = Duration.ofMinutes(11);
        assertThat(expiringIn(Duration.ofMinutes(10)).status()).isEqualTo(401);
    }

    @Test
    void enforcesPostsAndTimestampsIfConfigured() throws Exception {
        fake.settings().enforcePostAndTimestamps = true;

        assertThat(client.call(fake.admin(), "listZones").status()).isEqualTo(401);
        assertThat(expiringIn(Duration.ofMinutes(10)).status()).isEqualTo(200);
        assertThat(expiringIn(Duration.ofMinutes(20)).status()).isEqualTo(401);

        var change = signed(Map.of(
                "command",
                "createTags",
                "signatureversion",
                "3",
                "expires",
                EXPIRES.format(Instant.now().plusSeconds(600))));
        var refused = client.send("GET", change);
        var recorded = Recording.read("enforce-state-change-by-get");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error())
                .isEqualTo(recorded.response()
                        .get("createtagsresponse")
                        .get("errortext")
                        .asString());
    }

    @Test
    void throttlesAccountsThatAreNotAdmins() throws Exception {
        fake.settings().throttleMost = 3;
        fake.settings().throttleWindow = Duration.ofHours(1);
        var user = fake.account("alice", Role.USER);

        for (var i = 0; i < 3; i++) {
            assertThat(client.call(user, "listZones").status()).isEqualTo(200);
        }
        assertThat(client.call(user, "listZones").error()).contains("please retry after [");
        assertThat(client.call(fake.admin(), "listZones").status()).isEqualTo(200);
    }

    @Test
    void answersInXmlByDefault() throws Exception {
        var answer = client.raw("POST", signed(Map.of("command", "listZones", "response", "xml")));

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/xml;charset=utf-8");
        assertThat(answer.body()).startsWith("<?xml").contains("<listzonesresponse><count>2</count><zone>");
    }

    private TestClient.ApiResponse expiringIn(Duration time) throws Exception {
        return client.call(
                fake.admin(),
                "listZones",
                "signatureversion",
                "3",
                "expires",
                EXPIRES.format(Instant.now().plus(time)));
    }

    private Map<String, String> signed(Map<String, String> parameters) {
        var sent = new TreeMap<>(parameters);
        sent.put("apikey", fake.admin().apiKey());
        sent.putIfAbsent("response", "json");
        sent.put("signature", Signatures.expected(sent, fake.admin().secretKey()));
        return sent;
    }
}
