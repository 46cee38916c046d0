/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Downloads with retries: survives cut connections, stalls and busy servers, within limits. */
final class Downloads {

    /** Minimum progress in bytes: a server that repeatedly disconnects after less is given up. */
    private static final long STEP = 1 << 20;

    /** Bytes in which a web page shows that it is one. */
    private static final int PAGE_START = 256;

    private final TransferSettings settings;
    private final Transfer transfer;

    Downloads(TransferSettings settings) {
        this.settings = settings;
        this.transfer = new Transfer(settings);
    }

    /** A file of at most {@code limit}, in memory. */
    byte[] small(URI uri, ByteSize limit, MediaListener listener) {
        var memory = new InMemorySink(uri, limit);
        persist(uri, () -> transfer.get(uri, Map.of(), memory), () -> 0, listener);
        return memory.bytes();
    }

    /** The same for anything but a web page, which portals and proxies return instead of a file. */
    byte[] document(URI uri, ByteSize limit, MediaListener listener) {
        var bytes = small(uri, limit, listener);
        var start = new String(bytes, 0, Math.min(bytes.length, PAGE_START), StandardCharsets.ISO_8859_1)
                .stripLeading()
                .toLowerCase(Locale.ROOT);
        if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
            throw Failure.remote(
                    Urls.redacted(uri) + " returned a web page instead of the file",
                    "Open the URL in a browser: a network's login page or a proxy may have answered.",
                    false);
        }
        return bytes;
    }

    /** The size in bytes that a server announces for a file; -1 if it announces none. */
    long size(URI uri, MediaListener listener) {
        var size = new AtomicLong(-1);
        persist(
                uri,
                () -> {
                    var answer = transfer.head(uri);
                    size.set(answer.headers().firstValueAsLong("content-length").orElse(-1));
                    return answer;
                },
                () -> 0,
                listener);
        return size.get();
    }

    /** Downloads the missing part of a medium; the caller verifies it. */
    void complete(URI uri, PartialDownload part, MediaListener listener) {
        persist(uri, () -> goOn(uri, part), part::size, listener);
    }

    private HttpResponseHead goOn(URI uri, PartialDownload part) {
        var answer = transfer.get(uri, part.headersFor(uri), part);
        if (answer.hasContent()) {
            part.requireEnd(uri);
        } else if (answer.status() == 416) {
            part.reset();
            throw Failure.remote(
                    Urls.redacted(uri) + " is shorter than the part downloaded so far",
                    "Run again; the download restarts from the beginning.",
                    true);
        }
        return answer;
    }

    private void persist(URI uri, Supplier<HttpResponseHead> ask, LongSupplier arrived, MediaListener listener) {
        var best = arrived.getAsLong();
        var failures = 0;
        while (true) {
            Failure error;
            var wish = Optional.<Duration>empty();
            try {
                var answer = ask.get();
                if (answer.hasContent()) {
                    return;
                }
                error = refusal(uri, answer);
                wish = requestedPause(answer);
            } catch (Failure failure) {
                error = failure;
            }
            if (arrived.getAsLong() >= best + STEP) {
                best = arrived.getAsLong();
                failures = 0;
            }
            failures++;
            if (!error.isTransient() || !settings.retry().allows(failures)) {
                throw error;
            }
            listener.notice(error.message() + "; retrying");
            var retry = settings.retry();
            retry.sleeper().sleep(wish.orElse(retry.pause(failures)), "Downloading " + Urls.redacted(uri));
        }
    }

    private static Failure refusal(URI uri, HttpResponseHead answer) {
        var where = Urls.redacted(uri);
        return switch (answer.status()) {
            case 404, 410 ->
                Failure.remote(
                        "%s does not exist (HTTP %d)".formatted(where, answer.status()),
                        "The vendor may have moved it. Use another mirror or the archive.",
                        false);
            case 407 ->
                Failure.remote(
                        "The proxy asks for a user and a password for %s (HTTP %d)".formatted(where, answer.status()),
                        "Set them: https_proxy=http://USER:PASSWORD@HOST:PORT, and http_proxy for http addresses.",
                        false);
            case 401, 403 ->
                Failure.remote(
                        "Access to %s was denied (HTTP %d)".formatted(where, answer.status()),
                        "Download the medium yourself and pass its file, or use a URL that contains the credentials.",
                        false);
            case 408, 425, 429 -> busy(where, answer.status());
            default -> answer.status() >= 500 ? busy(where, answer.status()) : unexpected(where, answer.status());
        };
    }

    private static Failure busy(String where, int status) {
        return Failure.remote(
                "%s is temporarily unavailable (HTTP %d)".formatted(where, status),
                "Run again later, or use another mirror.",
                true);
    }

    private static Failure unexpected(String where, int status) {
        return Failure.remote(
                "%s returned an unexpected status (HTTP %d)".formatted(where, status), "Use another mirror.", false);
    }

    private Optional<Duration> requestedPause(HttpResponseHead answer) {
        return answer.headers()
                .firstValue("retry-after")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .map(settings.retry()::atMostLongest);
    }
}
