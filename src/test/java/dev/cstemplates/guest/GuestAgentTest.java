package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GuestAgentTest {

    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    @Test
    void skipsLeftoverAnswers() throws Exception {
        try (var fake = new FakeSocket(peer -> {
                    var question = peer.hear();
                    assertThat(question).startsWith("\u00ff").contains("guest-sync-delimited");
                    peer.send("{\"return\": \"half a mess\u00ff{\"return\": " + idIn(question) + "}\n");
                    assertThat(peer.hear()).contains("guest-ping");
                    peer.send("{\"return\": {}}\n");
                    peer.hear();
                });
                var agent = GuestAgent.connect(fake.path)) {
            assertThat(agent.answers(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void agentThatDoesNotRunDoesNotAnswer() throws Exception {
        try (var fake = new FakeSocket(peer -> {
                    // Never answers, no matter how many requests arrive.
                    while (!peer.hear().isEmpty()) {}
                });
                var agent = GuestAgent.connect(fake.path)) {
            assertThat(agent.answers(Duration.ofMillis(50))).isFalse();
        }
    }

    @Test
    void refusedShutdownIsAFailure() throws Exception {
        try (var fake = new FakeSocket(peer -> {
                    assertThat(peer.hear()).contains("guest-shutdown").contains("powerdown");
                    peer.send("{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"disabled\"}}\n");
                    peer.hear();
                });
                var agent = GuestAgent.connect(fake.path)) {
            assertThatThrownBy(agent::shutdown).isInstanceOf(Failure.class).hasMessageContaining("disabled");
        }
    }

    private static String idIn(String question) {
        var matcher = ID.matcher(question);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }
}
