/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Checks that one of several servers accepts connections before anything is downloaded: without DNS or a route, every download with its
 * retries would fail slowly. All servers are tried at once, twice.
 */
final class Reachability {

    /** For both attempts together less than 10 seconds. */
    private static final Duration LIMIT = Duration.ofSeconds(4);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final TransferSettings settings;

    Reachability(TransferSettings settings) {
        this.settings = settings;
    }

    /** A transient {@link Failure} of kind remote if none of these accepts a connection. */
    void require(List<Mirror> mirrors) {
        var addresses = mirrors.stream()
                .map(mirror -> address(mirror.locate("")))
                .distinct()
                .toList();
        if (isAnyReachable(addresses).isEmpty()) {
            return;
        }
        settings.retry().sleeper().sleep(PAUSE, "Downloading");
        var problems = isAnyReachable(addresses);
        if (!problems.isEmpty()) {
            throw Failure.remote(
                    String.join("\n", problems),
                    "Check the network and DNS. Behind a proxy, set https_proxy and http_proxy.",
                    true);
        }
    }

    /** Why no server is reachable; empty if one is. */
    private List<String> isAnyReachable(List<InetSocketAddress> addresses) {
        Map<String, String> problems = new ConcurrentSkipListMap<>();
        addresses.forEach(each -> problems.put(
                each.toString(),
                "No answer from %s:%d within %d s".formatted(each.getHostString(), each.getPort(), LIMIT.toSeconds())));
        // Not closed, which would wait for name lookups that cannot be interrupted; virtual threads do not keep the
        // process alive.
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            threads.invokeAny(
                    addresses.stream().map(each -> connecting(each, problems)).toList(),
                    LIMIT.toMillis(),
                    TimeUnit.MILLISECONDS);
            return List.of();
        } catch (ExecutionException | TimeoutException e) {
            return problems.values().stream().distinct().collect(Collectors.toList());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("Downloading").because(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Callable<InetSocketAddress> connecting(InetSocketAddress address, Map<String, String> problems) {
        return () -> {
            var host = address.getHostString();
            try (var socket = new Socket()) {
                var resolved = InetAddress.getByName(host);
                socket.connect(new InetSocketAddress(resolved, address.getPort()), (int) LIMIT.toMillis());
                return address;
            } catch (UnknownHostException e) {
                problems.put(address.toString(), "Cannot resolve host " + host);
                throw e;
            } catch (IOException e) {
                problems.put(
                        address.toString(),
                        "Cannot connect to %s:%d: %s".formatted(host, address.getPort(), e.getMessage()));
                throw e;
            }
        };
    }

    /** The proxy's address, if one is used. */
    private InetSocketAddress address(URI uri) {
        var proxy = settings.client().proxy().stream()
                .flatMap(selector -> selector.select(uri).stream())
                .filter(each -> each.type() != Proxy.Type.DIRECT)
                .map(Proxy::address)
                .findFirst();
        if (proxy.isPresent() && proxy.get() instanceof InetSocketAddress address) {
            return InetSocketAddress.createUnresolved(address.getHostString(), address.getPort());
        }
        var port = uri.getPort() >= 0 ? uri.getPort() : Urls.isHttps(uri) ? 443 : 80;
        return InetSocketAddress.createUnresolved(Objects.requireNonNull(uri.getHost()), port);
    }
}
