package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;

/** What calls and uploads have in common: one way to connect, and trouble sorted by whether the server was reached. */
final class Http {

    private static final int MOST_BYTES = 64 << 20;

    private Http() {}

    /** Keeps no cookies, as an earlier call's session would change how a later one is authenticated, and follows no redirect. */
    static HttpClient client(Connection connection) {
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connection.connect());
        if (connection.authority() != null) {
            client.sslContext(Trust.with(connection.authority()));
        }
        return client.build();
    }

    static String text(InputStream body) throws IOException {
        try (body) {
            var bytes = body.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("the answer is larger than " + MOST_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    static CloudStackError trouble(String command, String where, Throwable trouble) {
        var chain =
                Stream.iterate(trouble, Objects::nonNull, Throwable::getCause).toList();
        if (has(chain, CertificateException.class)) {
            var why = String.valueOf(chain.getLast().getMessage());
            return new CloudStackError(
                            Kind.UNTRUSTED, command, where + " shows a certificate that is not trusted: " + why)
                    .because(trouble);
        }
        if (has(chain, UnknownHostException.class) || has(chain, UnresolvedAddressException.class)) {
            return unreachable(command, "the name of " + where + " can't be resolved", trouble);
        }
        if (has(chain, ConnectException.class) || has(chain, HttpConnectTimeoutException.class)) {
            return unreachable(command, where + " can't be reached", trouble);
        }
        if (has(chain, SSLHandshakeException.class)) {
            return unreachable(command, where + " does not speak TLS as it should: " + trouble.getMessage(), trouble);
        }
        if (has(chain, HttpTimeoutException.class)) {
            return new CloudStackError(Kind.NO_ANSWER, command, where + " gave no answer in time").because(trouble);
        }
        return new CloudStackError(
                        Kind.NO_ANSWER, command, "the connection to " + where + " was cut: " + trouble.getMessage())
                .because(trouble);
    }

    private static CloudStackError unreachable(String command, String message, Throwable trouble) {
        return new CloudStackError(Kind.UNREACHABLE, command, message).because(trouble);
    }

    private static boolean has(List<Throwable> chain, Class<? extends Throwable> type) {
        return chain.stream().anyMatch(type::isInstance);
    }
}
