package dev.cstemplates.cloudstack.standin;

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

/** The stand-in lets in whom a real server lets in, and nobody else. */
class SignatureCheckTest extends StandInTest {

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
    void refusesWhatIsNotSignedRightWithoutSayingWhy() throws Exception {
        var sent = signed(Map.of("command", "listZones"));
        sent.put("signature", "d3Jvbmc=");
        assertThat(caller.send("POST", sent)).isEqualTo(unauthenticated("listzonesresponse"));
        sent.remove("signature");
        assertThat(caller.send("GET", sent)).isEqualTo(unauthenticated("listzonesresponse"));
        assertThat(caller.call(standIn.admin(), "listzones")).isEqualTo(unauthenticated("errorresponse"));
        assertThat(caller.call(standIn.admin(), Map.of("response", "json"))).isEqualTo(unauthenticated("null"));
    }

    private static Caller.Answer unauthenticated(String envelope) {
        var recorded = Recording.read("auth-wrong-signature").response().get("listzonesresponse");
        return new Caller.Answer(401, envelope, recorded);
    }

    @Test
    void refusesWhatHasExpiredAndTakesItByAnyClockThatIsNotBehind() throws Exception {
        assertThat(expiringIn(Duration.ofMinutes(10)).status()).isEqualTo(200);
        assertThat(expiringIn(Duration.ofDays(365)).status()).isEqualTo(200);
        assertThat(expiringIn(Duration.ofSeconds(-1)).status()).isEqualTo(401);

        standIn.settings().clockAhead = Duration.ofMinutes(11);
        assertThat(expiringIn(Duration.ofMinutes(10)).status()).isEqualTo(401);
    }

    @Test
    void enforcesPostsAndTimestampsWhereThatIsSet() throws Exception {
        standIn.settings().enforcePostAndTimestamps = true;

        assertThat(caller.call(standIn.admin(), "listZones").status()).isEqualTo(401);
        assertThat(expiringIn(Duration.ofMinutes(10)).status()).isEqualTo(200);
        assertThat(expiringIn(Duration.ofMinutes(20)).status()).isEqualTo(401);

        var change = signed(Map.of(
                "command",
                "createTags",
                "signatureversion",
                "3",
                "expires",
                EXPIRES.format(Instant.now().plusSeconds(600))));
        var refused = caller.send("GET", change);
        var recorded = Recording.read("enforce-state-change-by-get");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error())
                .isEqualTo(recorded.response()
                        .get("createtagsresponse")
                        .get("errortext")
                        .asString());
    }

    @Test
    void countsTheCallsOfWhoIsNoAdmin() throws Exception {
        standIn.settings().throttleMost = 3;
        standIn.settings().throttleWindow = Duration.ofHours(1);
        var user = standIn.account("alice", Role.USER);

        for (var i = 0; i < 3; i++) {
            assertThat(caller.call(user, "listZones").status()).isEqualTo(200);
        }
        assertThat(caller.call(user, "listZones").error()).contains("please retry after [");
        assertThat(caller.call(standIn.admin(), "listZones").status()).isEqualTo(200);
    }

    @Test
    void answersInXmlWhomItWasNotToldOtherwise() throws Exception {
        var answer = caller.raw("POST", signed(Map.of("command", "listZones", "response", "xml")));

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/xml;charset=utf-8");
        assertThat(answer.body()).startsWith("<?xml").contains("<listzonesresponse><count>2</count><zone>");
    }

    private Caller.Answer expiringIn(Duration time) throws Exception {
        return caller.call(
                standIn.admin(),
                "listZones",
                "signatureversion",
                "3",
                "expires",
                EXPIRES.format(Instant.now().plus(time)));
    }

    private Map<String, String> signed(Map<String, String> parameters) {
        var sent = new TreeMap<>(parameters);
        sent.put("apikey", standIn.admin().apiKey());
        sent.putIfAbsent("response", "json");
        sent.put("signature", Signatures.expected(sent, standIn.admin().secretKey()));
        return sent;
    }
}
