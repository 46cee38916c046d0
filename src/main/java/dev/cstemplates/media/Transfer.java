package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
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

/** One GET: redirects followed within bounds, stalls noticed, trouble sorted into what may pass and what will not. */
final class Transfer {

    private static final String AGENT = "cst (cloudstack-templates)";

    private final TransferSettings settings;

    Transfer(TransferSettings settings) {
        this.settings = settings;
    }

    /** The answer of whoever the redirects lead to, whatever its status; content goes to {@code target}. */
    HttpResponseHead get(URI uri, Map<String, String> headers, BodySink target) {
        var from = uri;
        for (var hop = 0; hop <= settings.redirects(); hop++) {
            var answer = exchange(from, withCredentials(uri, from, headers), target);
            if (!answer.isRedirect()) {
                return answer;
            }
            from = next(answer);
        }
        throw Failure.remote(
                "%s redirects more than %d times".formatted(Urls.shown(uri), settings.redirects()),
                "Open the address in a browser; name another mirror if it leads nowhere.",
                false);
    }

    private static URI next(HttpResponseHead answer) {
        var location = answer.headers().firstValue("location").orElse("");
        URI to;
        try {
            to = answer.uri().resolve(location);
        } catch (IllegalArgumentException e) {
            throw misled(answer, "to an address that can't be read").because(e);
        }
        if (location.isBlank() || to.getHost() == null || !Mirror.SCHEMES.contains(to.getScheme())) {
            throw misled(answer, "to no web address");
        }
        if (Urls.isHttps(answer.uri()) && !Urls.isHttps(to)) {
            throw misled(answer, "from https to plain http, to " + Urls.shown(to));
        }
        return to;
    }

    private static Failure misled(HttpResponseHead answer, String where) {
        return Failure.remote(
                Urls.shown(answer.uri()) + " redirects " + where,
                "Name another mirror; this one is not followed.",
                false);
    }

    /** What the URL says about who asks goes to that server alone, and never in the clear. */
    private static Map<String, String> withCredentials(URI asked, URI from, Map<String, String> headers) {
        var user = asked.getUserInfo();
        if (user == null || !Urls.sameOrigin(asked, from)) {
            return headers;
        }
        if (!Urls.isHttps(from)) {
            throw Failure.usage(
                    Urls.shown(from) + " would be told a password in the clear",
                    "Use https:// where there is a password.");
        }
        var all = new HashMap<>(headers);
        var basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        all.put("Authorization", "Basic " + basic);
        return all;
    }

    private HttpResponseHead exchange(URI uri, Map<String, String> headers, BodySink target) {
        var request = HttpRequest.newBuilder(withoutUser(uri)).header("User-Agent", AGENT);
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
                    // Bytes may have come meanwhile: look again.
                }
            }
        } catch (ExecutionException e) {
            throw sorted(uri, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("Downloading " + Urls.shown(uri)).because(e);
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
                        .formatted(Urls.shown(uri), settings.stall().toSeconds()),
                "Run again to go on where it stopped, or name another mirror.",
                true);
    }

    private static Failure sorted(URI uri, Throwable trouble) {
        var chain =
                Stream.iterate(trouble, Objects::nonNull, Throwable::getCause).toList();
        for (var each : chain) {
            if (each instanceof Failure failure) {
                return failure;
            }
            if (each instanceof CertificateException) {
                return Failure.remote(
                                "%s shows a certificate that this host does not trust: %s"
                                        .formatted(Urls.shown(uri), each.getMessage()),
                                "Look at this host's clock and its CA certificates.",
                                false)
                        .because(trouble);
            }
        }
        if (chain.stream().noneMatch(IOException.class::isInstance)) {
            throw new IllegalStateException("Downloading " + Urls.shown(uri) + " went wrong", trouble);
        }
        return passing(uri, whatHappened(chain)).because(trouble);
    }

    private static String whatHappened(List<Throwable> chain) {
        if (chain.stream()
                .anyMatch(each -> each instanceof UnknownHostException || each instanceof UnresolvedAddressException)) {
            return "its name can't be resolved";
        }
        if (chain.stream()
                .anyMatch(each -> each instanceof ConnectException || each instanceof HttpConnectTimeoutException)) {
            return "it can't be reached";
        }
        return "the connection was cut (" + chain.getFirst().getMessage() + ")";
    }

    private static Failure passing(URI uri, String what) {
        return Failure.remote(
                Urls.shown(uri) + ": " + what, "Run again when the network is better, or name another mirror.", true);
    }
}
