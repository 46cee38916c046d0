/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A template's state in one zone.
 *
 * <p>There is no clock: each listing advances the state. The first listing shows a download as not started, the next ones as in
 * progress, and then with its outcome.
 */
public final class ZoneCopy {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** The outcome of a download or upload. */
    record Outcome(String state, int percent, String status, Optional<Stored> stored) {

        static Outcome ready(Stored stored, int percent) {
            return new Outcome("DOWNLOADED", percent, "Download Complete", Optional.of(stored));
        }

        static Outcome abandoned() {
            return new Outcome("ABANDONED", 0, "", Optional.empty());
        }

        static Outcome notBegun(String status) {
            return new Outcome("NOT_DOWNLOADED", 0, status, Optional.empty());
        }

        static Outcome error(int percent, String status) {
            return new Outcome("DOWNLOAD_ERROR", percent, status, Optional.empty());
        }
    }

    /**
     * A file in secondary storage.
     *
     * @param virtualSize virtual size of its disk in bytes
     * @param checksum of the file, without the algorithm's name
     */
    record Stored(Path file, long virtualSize, long bytes, String checksum) {}

    private static final Outcome NOT_BEGUN = Outcome.notBegun("");
    private static final Outcome NOT_UPLOADED = new Outcome("", 0, "NotUploaded", Optional.empty());

    final Zone zone;
    private final int progressListings;
    private final Outcome before;
    private @Nullable CompletableFuture<Outcome> outcome;
    private Outcome shown;
    private int listings;
    private int lastListing = Integer.MAX_VALUE;
    private boolean vanished;

    private ZoneCopy(Zone zone, int progressListings, Outcome before) {
        this.zone = zone;
        this.progressListings = progressListings;
        this.before = before;
        this.shown = before;
    }

    static ZoneCopy downloading(Zone zone, int progressListings, CompletableFuture<Outcome> outcome) {
        var copy = new ZoneCopy(zone, progressListings, NOT_BEGUN);
        copy.outcome = outcome;
        return copy;
    }

    /** A copy whose state does not change. */
    static ZoneCopy settled(Zone zone, Outcome outcome) {
        return new ZoneCopy(zone, 0, outcome);
    }

    /** The zone's secondary storage VM was away: nothing takes the template up, also not when the VM is back. */
    static ZoneCopy unclaimed(Zone zone) {
        return settled(zone, new Outcome("", 0, "Processing", Optional.empty()));
    }

    /** The management server was restarted during the download: recording 423-listTemplates-after-server-restart-mid-download. */
    static ZoneCopy cutByRestart(Zone zone) {
        return settled(zone, new Outcome("NOT_DOWNLOADED", 0, "Processing", Optional.empty()));
    }

    static ZoneCopy awaitingUpload(Zone zone, int progressListings) {
        return new ZoneCopy(zone, progressListings, NOT_UPLOADED);
    }

    /** Stores the outcome of an upload, which the monitor reports later. */
    void uploaded(Outcome outcome) {
        this.outcome = CompletableFuture.completedFuture(outcome);
        listings = 0;
    }

    /** The upload failed: some listings show it, then the clean-up removes the template. */
    void refused(int failureListings) {
        uploaded(new Outcome("DOWNLOAD_ERROR", 0, "UploadError", Optional.empty()));
        lastListing = 1 + progressListings + failureListings;
    }

    /** The upload was stored, but the template is removed before a listing shows it as ready. */
    void lost() {
        uploaded(new Outcome("DOWNLOAD_ERROR", 0, "UploadError", Optional.empty()));
        lastListing = 1 + progressListings;
    }

    /** In progress forever. */
    void stuck() {
        uploaded(new Outcome("DOWNLOAD_IN_PROGRESS", 0, "0% Downloaded", Optional.empty()));
    }

    /** Advances the state by one listing. */
    void advance() {
        if (outcome == null) {
            return;
        }
        listings++;
        if (listings == 1) {
            shown = before;
        } else if (listings <= 1 + progressListings) {
            var percent = 90 * (listings - 1) / (1 + progressListings);
            shown = new Outcome("DOWNLOAD_IN_PROGRESS", percent, percent + "% Downloaded", Optional.empty());
        } else if (listings > lastListing) {
            vanished = true;
        } else {
            shown = await(outcome);
        }
    }

    private static Outcome await(CompletableFuture<Outcome> outcome) {
        try {
            return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The fake's download failed", e);
        }
    }

    /** Finishes everything in progress. */
    void settle() {
        if (outcome != null) {
            listings = 2 + progressListings;
            shown = await(outcome);
        }
    }

    public String state() {
        return shown.state();
    }

    public String status() {
        return shown.status();
    }

    public Zone zone() {
        return zone;
    }

    int percent() {
        return shown.percent();
    }

    /** Deleting such a copy fails: recording 423-deleteTemplate-one-zone-stuck-processing. */
    boolean isCutByRestart() {
        return shown.state().equals("NOT_DOWNLOADED") && shown.status().equals("Processing");
    }

    boolean isUnderWay() {
        return shown.state().equals("DOWNLOAD_IN_PROGRESS");
    }

    boolean hasVanished() {
        return vanished;
    }

    public boolean isReady() {
        return stored().isPresent();
    }

    Optional<Stored> stored() {
        return shown.stored();
    }
}
