/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Global settings that a test can change; the defaults are those of a new installation. */
public final class Settings {

    /** {@code enforce.post.requests.and.timestamps}. */
    public volatile boolean enforcePostAndTimestamps;

    /** {@code default.page.size}. */
    public volatile int pageSize = 500;

    /** {@code allow.public.user.templates}. */
    public volatile boolean publicUserTemplates = true;

    /** {@code allow.user.expunge.recover.vm}. */
    public volatile boolean userMayExpunge;

    /** {@code validate.url.is.resolvable.before.registering.template}: off, as URLs of this host would be rejected. */
    public volatile boolean validateUrl;

    /** {@code store.download.follow.redirects}. */
    public volatile boolean followRedirects;

    /** {@code max.template.iso.size}, bytes. */
    public volatile long mostBytes = 50L << 30;

    /** How many templates an account may own that is not an admin. */
    public volatile int mostTemplates = 20;

    /**
     * The version that {@code listCapabilities} reports. Defaults, texts and known parameters follow from it: the facts are in
     * CloudStack's api-changes documentation (4.18 to 4.22) and in recordings of 4.22 and 4.23.
     */
    public volatile String version = "4.22.0.0";

    /** Whether the version is this one or a later one. */
    boolean isAtLeast(String other) {
        return Arrays.compare(numbers(version), numbers(other)) >= 0;
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("[.-]", -1))
                .filter(part -> part.matches("\\d+"))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    /** 4.20.3 and later say how many instances use a template; 4.22.0 still named them. */
    boolean countsUsers() {
        return isAtLeast("4.22.1") || (isAtLeast("4.20.3") && !isAtLeast("4.21"));
    }

    /** 4.23 writes the names of resources with capital letters. */
    String worded(String text) {
        return isAtLeast("4.23") ? text.replace("template", "Template").replace("account", "Account") : text;
    }

    /** How far the server's clock is ahead of this host's. */
    public volatile Duration clockAhead = Duration.ZERO;

    /** Number of polls for which a job is pending. */
    public volatile int pendingPolls = 1;

    /** Number of listings, after the first, that show a download or upload in progress. */
    public volatile int progressListings = 1;

    /** Number of listings that show a failed upload before the clean-up removes it: {@code storage.cleanup.interval}. */
    public volatile int failedUploadListings = 20;

    /** Calls that an account may make in a window of {@link #throttleWindow}; 0 = any number. Root admins are exempt. */
    public volatile int throttleMost;

    public volatile Duration throttleWindow = Duration.ofSeconds(1);

    /** Names of zones of type Edge, which have no secondary storage: recording 423-listZones-edge-and-without-store. */
    public final Set<String> edgeZones = ConcurrentHashMap.newKeySet();

    /** Names of other zones without secondary storage: recordings 423-registerTemplate-zone-without-store and -two-zones-one-without-store. */
    public final Set<String> zonesWithoutStorage = ConcurrentHashMap.newKeySet();

    /** Names of zones whose secondary storage VM is away: recording 423-listTemplates-registered-while-ssvm-away. */
    public final Set<String> storageVmsAway = ConcurrentHashMap.newKeySet();

    boolean hasStorage(Zone zone) {
        return !edgeZones.contains(zone.name()) && !zonesWithoutStorage.contains(zone.name());
    }
}
