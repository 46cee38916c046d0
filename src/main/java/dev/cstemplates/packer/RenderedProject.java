/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder that plain {@code packer build FOLDER/packer.json} runs, from any working directory.
 *
 * @param folder absolute
 * @param phase {@code install} or {@code prepare}
 * @param scripts file names in {@code scripts/}, in the order in which Packer runs them
 * @param diskSize required virtual size of the resulting disk
 * @param completionMarker text on the guest's console that proves success; null if the scripts' exit codes do
 */
public record RenderedProject(
        Path folder,
        String phase,
        List<String> scripts,
        ByteSize diskSize,
        @Nullable String completionMarker) {

    /** Its directory in the logs of a phase. */
    public static final String DIRECTORY = "project";

    private static final String SECRETS = "secrets";

    public RenderedProject {
        scripts = List.copyOf(scripts);
    }

    public Path template() {
        return folder.resolve("packer.json");
    }

    /** Folder of the result unless the variable {@code output_directory} overrides it. */
    public Path output() {
        return folder.resolve("output");
    }

    /** The resulting QCOW2 file of a successful run. */
    public Path disk() {
        return output().resolve("disk.qcow2");
    }

    /** Folder of an installer's ISO, kernel and initrd unless variables override it. */
    public Path media() {
        return folder.resolve("media");
    }

    /** The guest's serial console; exists from power-on. */
    public Path serialLog() {
        return folder.resolve("serial.log");
    }

    /** Removes what belongs to one run: keys, answer files, files from the ISO, an unfinished disk. */
    public void deleteRunFiles() {
        deleteRunFiles(folder);
    }

    /**
     * Stores what to mask in the logs of a run, for {@link #deleteRunFiles(Path)}: a killed process cannot do it.
     *
     * @param secrets each one line
     */
    public void storeSecrets(List<String> secrets) {
        if (secrets.isEmpty()) {
            return;
        }
        try {
            AtomicFiles.write(folder.resolve(SECRETS), String.join("\n", secrets), AtomicFiles.OWNER_ONLY);
        } catch (IOException e) {
            throw Failure.host("Cannot write to " + folder + ": " + e, "Check for a full disk or missing permissions.")
                    .because(e);
        }
    }

    /**
     * The same for the project in {@code folder}, which may not exist, or which a killed process did not finish writing. Masks secrets in
     * the logs of the run.
     */
    public static void deleteRunFiles(Path folder) {
        ProjectFolder.deleteUnfinished(folder);
        maskSecrets(folder);
        for (var part : List.of("ssh", "answers", "media", "output")) {
            FileTrees.deleteOrFail(folder.resolve(part));
        }
    }

    private static void maskSecrets(Path folder) {
        var list = folder.resolve(SECRETS);
        if (!Files.exists(list)) {
            return;
        }
        try {
            var secrets = Files.readAllLines(list).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            for (var place : List.of(folder, FileTrees.parentOf(folder))) {
                try (var logs = Files.newDirectoryStream(place, "*.log")) {
                    logs.forEach(log -> new GuestConsole(log, secrets).hideSecrets());
                }
            }
            // Last, so that an interrupted run of this method is repeated.
            Files.delete(list);
        } catch (IOException e) {
            throw Failure.host("Cannot mask secrets in the logs in " + folder + ": " + e, "Delete the folder.")
                    .because(e);
        }
    }
}
