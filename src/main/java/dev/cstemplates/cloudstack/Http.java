/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.core.Failure;
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

/** Creates the HTTP client of calls and uploads, and classifies network errors by whether the server was reached. */
final class Http {

    private static final int MOST_BYTES = 64 << 20;

    private Http() {}

    /** Without cookies, because a session changes how later calls are authenticated, and without redirects. */
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
                throw new IOException("the response is larger than " + MOST_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /**
     * The error of a call that ended with {@code cause}.
     *
     * @throws Failure of kind cancelled if the thread was interrupted, which the client may report as any other error of the connection
     */
    static CloudStackError error(String command, String where, Throwable cause) {
        var chain = Stream.iterate(cause, Objects::nonNull, Throwable::getCause).toList();
        if (has(chain, InterruptedException.class) || Thread.currentThread().isInterrupted()) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("The call " + command).because(cause);
        }
        if (has(chain, CertificateException.class)) {
            var why = String.valueOf(chain.getLast().getMessage());
            return new CloudStackError(
                            ErrorKind.UNTRUSTED, command, where + " presents an untrusted certificate: " + why)
                    .because(cause);
        }
        if (has(chain, UnknownHostException.class) || has(chain, UnresolvedAddressException.class)) {
            return unreachable(command, "cannot resolve the host name of " + where, cause);
        }
        if (has(chain, ConnectException.class) || has(chain, HttpConnectTimeoutException.class)) {
            return unreachable(command, "cannot connect to " + where, cause);
        }
        if (has(chain, SSLHandshakeException.class)) {
            return unreachable(command, "the TLS handshake with " + where + " failed: " + cause.getMessage(), cause);
        }
        if (has(chain, HttpTimeoutException.class)) {
            return new CloudStackError(ErrorKind.NO_ANSWER, command, where + " did not respond in time").because(cause);
        }
        return new CloudStackError(
                        ErrorKind.NO_ANSWER,
                        command,
                        "the connection to " + where + " was closed: " + cause.getMessage())
                .because(cause);
    }

    private static CloudStackError unreachable(String command, String message, Throwable cause) {
        return new CloudStackError(ErrorKind.UNREACHABLE, command, message).because(cause);
    }

    private static boolean has(List<Throwable> chain, Class<? extends Throwable> type) {
        return chain.stream().anyMatch(type::isInstance);
    }
}
