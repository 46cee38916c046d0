/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import dev.cstemplates.cloudstack.fake.FormatProcessor.BadFile;
import dev.cstemplates.cloudstack.fake.ZoneCopy.Outcome;
import dev.cstemplates.cloudstack.fake.ZoneCopy.Stored;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** The secondary storage VM: downloads files and checks them. */
final class SecondaryStorage {

    private final Path folder;
    private final Settings settings;
    private final ExecutorService threads;

    SecondaryStorage(Path folder, Settings settings, ExecutorService threads) {
        this.folder = folder;
        this.settings = settings;
        this.threads = threads;
    }

    Path newFile() {
        return folder.resolve(UUID.randomUUID().toString());
    }

    CompletableFuture<Outcome> download(URI url, String format, String checksum) {
        var target = newFile();
        return CompletableFuture.supplyAsync(() -> fetch(url, format, checksum, target), threads);
    }

    private Outcome fetch(URI url, String format, String checksum, Path target) {
        if (!checksum.isEmpty() && !Checksum.parse(checksum).isKnown()) {
            return new Outcome("NOT_DOWNLOADED", 0, "invalid algorithm: " + checksum, Optional.empty());
        }
        var transfer = new Transfer(url, target, settings);
        try {
            transfer.run();
            return install(target, format, extension(url), checksum, transfer.percent());
        } catch (Transfer.DownloadRejected e) {
            return Outcome.error(transfer.percent(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Outcome.error(transfer.percent(), String.valueOf(e.getMessage()));
        }
    }

    private static Outcome install(Path file, String format, String extension, String checksum, int percent)
            throws IOException {
        var type = FileType.of(file);
        if (!FileType.fits(type, extension)) {
            return Outcome.error(
                    percent,
                    "Failed to install: Template content is unsupported, or mismatch between selected format and"
                            + " template content. Found  : "
                            + type);
        }
        var given = checksum.isEmpty() ? Checksum.of(file, "SHA-512") : Checksum.parse(checksum);
        if (!given.matches(file)) {
            return Outcome.error(
                    percent,
                    "Failed post download script: checksum \"%s\" didn't match the given value, \"%s\""
                            .formatted(Checksum.of(file, given.algorithm()), given));
        }
        try {
            var size = FormatProcessor.virtualSize(file, format);
            return Outcome.ready(new Stored(file, size, Files.size(file), given.value()), percent);
        } catch (BadFile e) {
            return Outcome.error(percent, "Failed post download script: The downloaded " + e.text());
        }
    }

    /** The last extension of the URL's path in lower case. */
    static String extension(URI url) {
        var path = url.getPath().toLowerCase(Locale.ROOT);
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
