package dev.cstemplates.cloudstack.standin;

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
 * <p>There is no clock: a state moves on when somebody looks. A download shows as not begun to the first look, as under way to the
 * next ones, and then as what became of it.
 */
public final class ZoneCopy {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** What became of a download or upload. */
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
     * @param virtualSize what a disk made from it has, bytes
     * @param checksum of the file, without the algorithm
     */
    record Stored(Path file, long virtualSize, long bytes, String checksum) {}

    private static final Outcome NOT_BEGUN = Outcome.notBegun("");
    private static final Outcome NOT_UPLOADED = new Outcome("", 0, "NotUploaded", Optional.empty());

    final Zone zone;
    private final int progressLooks;
    private final Outcome before;
    private @Nullable CompletableFuture<Outcome> outcome;
    private Outcome shown;
    private int looks;
    private int lastLook = Integer.MAX_VALUE;
    private boolean vanished;

    private ZoneCopy(Zone zone, int progressLooks, Outcome before) {
        this.zone = zone;
        this.progressLooks = progressLooks;
        this.before = before;
        this.shown = before;
    }

    static ZoneCopy downloading(Zone zone, int progressLooks, CompletableFuture<Outcome> outcome) {
        var copy = new ZoneCopy(zone, progressLooks, NOT_BEGUN);
        copy.outcome = outcome;
        return copy;
    }

    /** One that stays as it is. */
    static ZoneCopy settled(Zone zone, Outcome outcome) {
        return new ZoneCopy(zone, 0, outcome);
    }

    static ZoneCopy awaitingUpload(Zone zone, int progressLooks) {
        return new ZoneCopy(zone, progressLooks, NOT_UPLOADED);
    }

    /** The upload has been stored or refused; the monitor learns it in its own time. */
    void uploaded(Outcome outcome) {
        this.outcome = CompletableFuture.completedFuture(outcome);
        looks = 0;
    }

    /** The upload failed: the monitor says so for some looks, and then the clean-up removes the template. */
    void refused(int shownLooks) {
        uploaded(new Outcome("DOWNLOAD_ERROR", 0, "UploadError", Optional.empty()));
        lastLook = 1 + progressLooks + shownLooks;
    }

    /** The upload was stored, and the template is removed before anybody has seen it ready. */
    void lost() {
        uploaded(new Outcome("DOWNLOAD_ERROR", 0, "UploadError", Optional.empty()));
        lastLook = 1 + progressLooks;
    }

    /** Under way for ever. */
    void stuck() {
        uploaded(new Outcome("DOWNLOAD_IN_PROGRESS", 0, "0% Downloaded", Optional.empty()));
    }

    /** Somebody looks. */
    void look() {
        if (outcome == null) {
            return;
        }
        looks++;
        if (looks == 1) {
            shown = before;
        } else if (looks <= 1 + progressLooks) {
            var percent = 90 * (looks - 1) / (1 + progressLooks);
            shown = new Outcome("DOWNLOAD_IN_PROGRESS", percent, percent + "% Downloaded", Optional.empty());
        } else if (looks > lastLook) {
            vanished = true;
        } else {
            shown = await(outcome);
        }
    }

    private static Outcome await(CompletableFuture<Outcome> outcome) {
        try {
            return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The stand-in's own download failed", e);
        }
    }

    /** Everything that is under way comes to its end. */
    void settle() {
        if (outcome != null) {
            looks = 2 + progressLooks;
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
