/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that {@code http_proxy}, {@code https_proxy}, {@code all_proxy} and {@code no_proxy} name, as curl and apt use them: lower-case
 * names come first; {@code HTTP_PROXY} in upper case is ignored, because web servers set it from a request's header.
 */
final class EnvironmentProxy extends ProxySelector {

    private final Map<String, String> environment;
    private final ProxySelector otherwise;

    /** @param otherwise where no variable names a proxy */
    EnvironmentProxy(Map<String, String> environment, ProxySelector otherwise) {
        this.environment = environment;
        this.otherwise = otherwise;
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (isExcluded(String.valueOf(uri.getHost()))) {
            return List.of(Proxy.NO_PROXY);
        }
        return proxyFor(String.valueOf(uri.getScheme()))
                .map(proxy -> List.of(new Proxy(Proxy.Type.HTTP, address(proxy))))
                .orElseGet(() -> otherwise.select(uri));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        // The caller gets the exception.
    }

    /**
     * Sends the user and password of a proxy's URL to that proxy only; empty if there is none. With an authenticator, Java reports the
     * status 401 or 407 as an error without a status.
     */
    Optional<Authenticator> authenticator() {
        var urls = Stream.of("https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY");
        if (urls.flatMap(name -> variable(name).stream()).noneMatch(url -> url.contains("@"))) {
            return Optional.empty();
        }
        return Optional.of(new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                if (getRequestorType() != RequestorType.PROXY) {
                    return null;
                }
                return List.of("https", "http").stream()
                        .flatMap(scheme -> proxyFor(scheme).stream())
                        .filter(proxy -> proxy.getUserInfo() != null
                                && proxy.getHost().equalsIgnoreCase(getRequestingHost())
                                && address(proxy).getPort() == getRequestingPort())
                        .map(proxy -> proxy.getUserInfo().split(":", 2))
                        .map(login ->
                                new PasswordAuthentication(login[0], (login.length > 1 ? login[1] : "").toCharArray()))
                        .findFirst()
                        .orElse(null);
            }
        });
    }

    private Optional<URI> proxyFor(String scheme) {
        return variable(scheme + "_proxy")
                .or(() -> scheme.equals("https") ? variable("HTTPS_PROXY") : Optional.empty())
                .or(() -> variable("all_proxy"))
                .or(() -> variable("ALL_PROXY"))
                .map(EnvironmentProxy::parse);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static URI parse(String text) {
        try {
            var uri = URI.create(text.contains("://") ? text : "http://" + text);
            if (uri.getHost() != null && "http".equalsIgnoreCase(uri.getScheme())) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // The variable may contain a password, so neither it nor the parser's message is shown.
        }
        throw Failure.usage(
                "Cannot use the proxy that the environment names: its URL must have the form http://host:port",
                "Correct https_proxy, http_proxy or all_proxy.");
    }

    private static InetSocketAddress address(URI proxy) {
        return InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort() < 0 ? 80 : proxy.getPort());
    }

    /** {@code no_proxy} lists host names, domains with or without a leading dot, or {@code *}. */
    private boolean isExcluded(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        return variable("no_proxy").or(() -> variable("NO_PROXY")).stream()
                .flatMap(list -> Arrays.stream(list.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)))
                .map(entry -> entry.replaceFirst(":\\d+$", "").replaceFirst("^\\*?\\.", ""))
                .anyMatch(entry ->
                        entry.equals("*") || name.equals(entry) || (!entry.isEmpty() && name.endsWith("." + entry)));
    }
}
