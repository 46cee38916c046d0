/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentProxyTest {

    private static final String FILE = """
        HTTP/1.1 200 OK
        Content-Length: 5

        hello\
        """;

    private static final String PASSWORD_REQUIRED = """
        HTTP/1.1 407 Proxy Authentication Required
        Proxy-Authenticate: Basic realm="x"
        Content-Length: 0
        Connection: close

        """;

    @ParameterizedTest
    @CsvSource(textBlock = """
        https_proxy=http://proxy:3128,                       https://a.example/,   proxy:3128
        https_proxy=proxy:3128,                              https://a.example/,   proxy:3128
        HTTPS_PROXY=http://proxy,                            https://a.example/,   proxy:80
        https_proxy=http://proxy:3128,                       http://a.example/,    DIRECT
        HTTP_PROXY=http://proxy:3128,                        http://a.example/,    DIRECT
        all_proxy=http://proxy:3128,                         http://a.example/,    proxy:3128
        all_proxy=http://proxy:3128 no_proxy=example,        http://a.example/,    DIRECT
        all_proxy=http://proxy:3128 no_proxy=x;.a.example,   http://a.example/,    DIRECT
        all_proxy=http://proxy:3128 no_proxy=.a.example,     http://ba.example/,   proxy:3128
        all_proxy=http://proxy:3128 no_proxy=*,              http://a.example/,    DIRECT
        https_proxy=,                                        https://a.example/,   DIRECT
        """)
    void theEnvironmentNamesTheProxy(String variables, URI uri, String expected) {
        var environment = new HashMap<String, String>();
        for (var variable : variables.split(" ", -1)) {
            var parts = variable.split("=", 2);
            environment.put(parts[0], parts[1].replace(';', ','));
        }

        var selected = new EnvironmentProxy(environment, ProxySelector.of(null)).select(uri);

        assertThat(selected.getFirst().toString()).endsWith(expected.replace(":", "/<unresolved>:"));
    }

    @Test
    void anUnusableProxyIsAUsageErrorWithoutItsPassword() {
        var proxy =
                new EnvironmentProxy(Map.of("https_proxy", "socks5://ada:s3cret@proxy:1080"), ProxySelector.of(null));

        assertThatThrownBy(() -> proxy.select(URI.create("https://a.example/")))
                .isInstanceOfSatisfying(
                        Failure.class,
                        failure -> assertThat(failure.message() + failure.remedy())
                                .contains("http://host:port", "https_proxy")
                                .doesNotContain("s3cret"));
    }

    /** The name of the server cannot be resolved here; the proxy does that. */
    @Test
    void downloadsGoThroughTheProxyWithItsPassword() throws Exception {
        try (var proxy = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            var seen = new CopyOnWriteArrayList<String>();
            Thread.ofVirtual()
                    .start(() -> answer(proxy, head -> {
                        seen.add(head);
                        return head.contains("Proxy-Authorization") ? FILE : PASSWORD_REQUIRED;
                    }));
            var settings =
                    TransferSettings.usual(Map.of("http_proxy", "http://ada:s3cret@127.0.0.1:" + proxy.getLocalPort()));

            var sink = new InMemorySink(URI.create("http://media.invalid/list"), ByteSize.ofMiB(1));
            new Transfer(settings).get(URI.create("http://media.invalid/list"), Map.of(), sink);

            assertThat(sink.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("hello");
            assertThat(String.join("", seen)).contains("GET http://media.invalid/list", "Proxy-Authorization: Basic ");
        }
    }

    @Test
    void aProxyThatRefusesItsPasswordIsNamed() throws Exception {
        assertThat(failure("HTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: Basic realm=\"x\"\n"))
                .satisfies(each -> assertThat(each.message())
                        .contains("the proxy does not accept the user and password")
                        .doesNotContain("s3cret"))
                .satisfies(each -> assertThat(each.remedy()).contains("https_proxy"));
    }

    /** Java asks the authenticator for it as well. */
    @Test
    void aServerBehindTheProxyThatAsksForAPasswordIsNamed() throws Exception {
        assertThat(failure("HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\n")
                        .message())
                .isEqualTo("http://media.invalid/list asks for a user and a password");
    }

    /** What a download ends with if the proxy answers every request with {@code head}. */
    private static Failure failure(String head) throws Exception {
        try (var proxy = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(proxy, _ -> head + "Content-Length: 0\nConnection: close\n\n"));
            var settings =
                    TransferSettings.usual(Map.of("http_proxy", "http://ada:s3cret@127.0.0.1:" + proxy.getLocalPort()));
            var uri = URI.create("http://media.invalid/list");
            var sink = new InMemorySink(uri, ByteSize.ofMiB(1));
            return catchThrowableOfType(Failure.class, () -> new Transfer(settings).get(uri, Map.of(), sink));
        }
    }

    /** Answers every request by its head. */
    private static void answer(ServerSocket proxy, UnaryOperator<String> answers) {
        try {
            while (true) {
                try (var connection = proxy.accept()) {
                    var head = new StringBuilder();
                    while (!head.toString().endsWith("\r\n\r\n")) {
                        head.append((char) connection.getInputStream().read());
                    }
                    connection
                            .getOutputStream()
                            .write(answers.apply(head.toString())
                                    .replace("\n", "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                    connection.getOutputStream().flush();
                }
            }
        } catch (IOException e) {
            // The test has ended.
        }
    }
}
