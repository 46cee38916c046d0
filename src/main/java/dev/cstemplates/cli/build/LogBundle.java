/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Secrets;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the logs of a build to one file for a bug report, without secrets. */
public final class LogBundle {

    /** Of a longer log, only the end. */
    private static final int MAX_FILE = 8 << 20;

    /** Keys, answer files, media and disks in a rendered project, and what a killed process left of writing them. */
    private static final Set<String> LEFT_OUT = Set.of("ssh", "answers", "media", "output", "secrets");

    private static final Set<String> BINARY =
            Set.of("qcow2", "iso", "img", "raw", "vhd", "vhdx", "ova", "vmdk", "part");

    private final Map<String, String> environment;

    /** @param environment whose secrets are masked wherever they occur */
    public LogBundle(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Writes {@code target}, readable by this user only, and returns its absolute path.
     *
     * @param builds the folder with one folder per build
     * @throws Failure of kind usage if this host has no logs of the build, of kind host if they cannot be read or written
     */
    Path write(Path builds, String id, Path target) {
        var folders = IntStream.iterate(1, number -> number + 1)
                .mapToObj(number -> builds.resolve(number == 1 ? id : id + "." + number))
                .takeWhile(Files::isDirectory)
                .toList();
        if (folders.isEmpty()) {
            throw Failure.usage(
                    "This host has no logs of build " + id,
                    "Run the command on the host that ran the build ('cst status " + id + "' shows it).");
        }
        var secrets = Secrets.in(environment);
        try {
            AtomicFiles.write(
                    target,
                    out -> {
                        var zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
                        for (var folder : folders) {
                            add(folder, builds, secrets, zip);
                        }
                        zip.finish();
                    },
                    AtomicFiles.OWNER_ONLY);
        } catch (IOException | UncheckedIOException e) {
            throw Failure.host(
                            "Cannot write the logs to " + target.toAbsolutePath() + ": " + e, "Use another directory.")
                    .because(e);
        }
        return target.toAbsolutePath();
    }

    private static void add(Path folder, Path builds, Secrets secrets, ZipOutputStream zip) throws IOException {
        List<Path> files;
        try (var all = Files.walk(folder)) {
            // Links are not followed: they may lead out of the folder.
            files = all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> isWanted(folder.relativize(file)))
                    .sorted()
                    .toList();
        }
        for (var file : files) {
            zip.putNextEntry(new ZipEntry(builds.relativize(file).toString()));
            zip.write(isPicture(file) ? Files.readAllBytes(file) : masked(file, secrets));
            zip.closeEntry();
        }
    }

    private static boolean isWanted(Path file) {
        for (var part : file) {
            if (LEFT_OUT.contains(part.toString()) || part.toString().startsWith(".")) {
                return false;
            }
        }
        var name = file.getFileName().toString();
        return !BINARY.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    private static boolean isPicture(Path file) {
        return file.toString().endsWith(".png");
    }

    private static byte[] masked(Path file, Secrets secrets) throws IOException {
        try (var log = new RandomAccessFile(file.toFile(), "r")) {
            var bytes = new byte[(int) Math.min(log.length(), MAX_FILE)];
            log.seek(log.length() - bytes.length);
            log.readFully(bytes);
            // As bytes: a console may contain anything.
            return secrets.mask(new String(bytes, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
