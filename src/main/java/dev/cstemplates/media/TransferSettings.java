/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Retry;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;

/**
 * Timeouts and retries of downloads.
 *
 * @param client must not follow redirects by itself
 * @param stall maximum time without progress while connecting, waiting or receiving
 * @param redirects maximum number of redirects per request
 * @param retry attempts of one URL in a row that bring nothing new, and the pauses in between; its longest pause also bounds the one that a
 *     server requests
 */
public record TransferSettings(HttpClient client, Duration stall, int redirects, Retry retry) {

    public TransferSettings {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("The client must not follow redirects");
        }
    }

    /**
     * The defaults.
     *
     * @param environment names proxies ({@code https_proxy} …); otherwise Java's properties apply ({@code -Dhttps.proxyHost} …)
     */
    public static TransferSettings usual(Map<String, String> environment) {
        return of(environment, Duration.ofSeconds(60), Retry.of(5, Duration.ofSeconds(2), Duration.ofMinutes(1)));
    }

    /** For small files while a user waits: a failing server is reported within seconds. */
    public static TransferSettings brief(Map<String, String> environment) {
        return of(environment, Duration.ofSeconds(8), Retry.of(2, Duration.ofSeconds(1), Duration.ofSeconds(1)));
    }

    private static TransferSettings of(Map<String, String> environment, Duration stall, Retry retry) {
        var proxy = new EnvironmentProxy(environment, ProxySelector.getDefault());
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(proxy)
                .connectTimeout(Duration.ofSeconds(20));
        proxy.authenticator().ifPresent(client::authenticator);
        return new TransferSettings(client.build(), stall, 8, retry);
    }
}
