/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One GET request: follows a limited number of redirects, detects stalls, and classifies errors as transient or permanent. */
final class Transfer {

    private static final String AGENT = "cst (cloudstack-templates)";

    /** HEAD responses have no body. */
    private static final BodySink NOTHING = new BodySink() {
        @Override
        public void start(HttpResponseHead answer) {}

        @Override
        public void write(ByteBuffer bytes) {}
    };

    private final TransferSettings settings;

    Transfer(TransferSettings settings) {
        this.settings = settings;
    }

    /** The final response after redirects, whatever its status; its content goes to {@code target}. */
    HttpResponseHead get(URI uri, Map<String, String> headers, BodySink target) {
        return request("GET", uri, headers, target);
    }

    /** The final response to a HEAD request. */
    HttpResponseHead head(URI uri) {
        return request("HEAD", uri, Map.of(), NOTHING);
    }

    private HttpResponseHead request(String method, URI uri, Map<String, String> headers, BodySink target) {
        var from = uri;
        for (var hop = 0; hop <= settings.redirects(); hop++) {
            var answer = exchange(method, from, withCredentials(uri, from, headers), target);
            if (!answer.isRedirect()) {
                return answer;
            }
            from = next(answer);
        }
        throw Failure.remote(
                "%s redirects more than %d times".formatted(Urls.redacted(uri), settings.redirects()),
                "Open the URL in a browser, and use another mirror if it does not work.",
                false);
    }

    private static URI next(HttpResponseHead answer) {
        var location = answer.headers().firstValue("location").orElse("");
        URI to;
        try {
            to = answer.uri().resolve(location);
        } catch (IllegalArgumentException e) {
            throw misled(answer, "to an invalid URL").because(e);
        }
        if (location.isBlank() || to.getHost() == null || !Mirror.SCHEMES.contains(to.getScheme())) {
            throw misled(answer, "to an invalid URL");
        }
        if (Urls.isHttps(answer.uri()) && !Urls.isHttps(to)) {
            throw misled(answer, "from https to plain http, to " + Urls.redacted(to));
        }
        return to;
    }

    private static Failure misled(HttpResponseHead answer, String where) {
        return Failure.remote(
                Urls.redacted(answer.uri()) + " redirects " + where,
                "Use another mirror; this redirect is not followed.",
                false);
    }

    /** Credentials in the URL are sent to that server only, and never unencrypted. */
    private static Map<String, String> withCredentials(URI asked, URI from, Map<String, String> headers) {
        var user = asked.getUserInfo();
        if (user == null || !Urls.sameOrigin(asked, from)) {
            return headers;
        }
        if (!Urls.isHttps(from)) {
            throw Failure.usage(
                    "Refusing to send a password unencrypted to " + Urls.redacted(from),
                    "Use https:// for URLs with a password.");
        }
        var all = new HashMap<>(headers);
        var basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        all.put("Authorization", "Basic " + basic);
        return all;
    }

    private HttpResponseHead exchange(String method, URI uri, Map<String, String> headers, BodySink target) {
        var request = HttpRequest.newBuilder(withoutUser(uri))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("User-Agent", AGENT);
        headers.forEach(request::setHeader);
        var receiver = new BodySubscriber(target);
        var running = settings.client()
                .sendAsync(
                        request.build(),
                        info -> receiver.begin(new HttpResponseHead(uri, info.statusCode(), info.headers())));
        try {
            while (true) {
                var quiet = System.nanoTime() - receiver.lastActivity();
                var left = settings.stall().toNanos() - quiet;
                if (left <= 0) {
                    throw stalled(uri);
                }
                try {
                    return running.get(left, TimeUnit.NANOSECONDS).body();
                } catch (TimeoutException e) {
                    // Bytes may have arrived meanwhile.
                }
            }
        } catch (ExecutionException e) {
            throw classified(uri, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("Downloading " + Urls.redacted(uri)).because(e);
        } finally {
            receiver.cut();
            running.cancel(true);
        }
    }

    private static URI withoutUser(URI uri) {
        var text = uri.toString();
        var user = uri.getRawUserInfo();
        return user == null ? uri : URI.create(text.replaceFirst(Pattern.quote(user + "@"), ""));
    }

    private Failure stalled(URI uri) {
        return Failure.remote(
                "%s sent nothing for %d s"
                        .formatted(Urls.redacted(uri), settings.stall().toSeconds()),
                "Run again to resume the download, or use another mirror.",
                true);
    }

    private static Failure classified(URI uri, Throwable cause) {
        var chain = Stream.iterate(cause, Objects::nonNull, Throwable::getCause).toList();
        for (var each : chain) {
            if (each instanceof Failure failure) {
                return failure;
            }
            if (each instanceof CertificateException) {
                return Failure.remote(
                                "%s has a certificate that this host does not trust: %s"
                                        .formatted(Urls.redacted(uri), each.getMessage()),
                                "Check this host's clock and CA certificates.",
                                false)
                        .because(cause);
            }
        }
        if (chain.stream().noneMatch(IOException.class::isInstance)) {
            throw new IllegalStateException("Unexpected error while downloading " + Urls.redacted(uri), cause);
        }
        // Java's words when there is a password for the proxy.
        var text = String.valueOf(chain.getFirst().getMessage());
        if (text.startsWith("No credentials provided")) {
            return Failure.remote(
                            Urls.redacted(uri) + " asks for a user and a password",
                            "Download the medium yourself and pass its file, or use a URL that contains the"
                                    + " credentials.",
                            false)
                    .because(cause);
        }
        if (text.startsWith("too many authentication attempts")) {
            return Failure.remote(
                            Urls.redacted(uri) + ": the proxy does not accept the user and password that it was sent",
                            "Correct them in https_proxy or http_proxy.",
                            false)
                    .because(cause);
        }
        return transientFailure(uri, description(chain)).because(cause);
    }

    private static String description(List<Throwable> chain) {
        if (chain.stream()
                .anyMatch(each -> each instanceof UnknownHostException || each instanceof UnresolvedAddressException)) {
            return "cannot resolve the host name";
        }
        if (chain.stream()
                .anyMatch(each -> each instanceof ConnectException || each instanceof HttpConnectTimeoutException)) {
            return "cannot connect";
        }
        return "the connection was cut (" + chain.getFirst().getMessage() + ")";
    }

    private static Failure transientFailure(URI uri, String what) {
        return Failure.remote(
                Urls.redacted(uri) + ": " + what, "Check the network and run again, or use another mirror.", true);
    }
}
