/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.export;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.DiskSource;
import dev.cstemplates.disk.FormatCheck;
import dev.cstemplates.disk.InputOptions;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a disk file by readers that share no code with the writers, and compares its content with what was written. */
public final class DiskVerification {

    private final Processes processes;
    private final Path scratch;

    /** @param scratch folder for temporary copies; the caller removes it */
    public DiskVerification(Processes processes, Path scratch) {
        this.processes = processes;
        this.scratch = scratch;
    }

    /**
     * The problems of a file, one sentence each; empty for a valid one.
     *
     * @param virtualSize expected size of the disk
     * @param contentDigest expected digest, see {@link WrittenDisk}
     */
    public List<String> problems(Path file, ByteSize virtualSize, String contentDigest) {
        var log = scratch.resolve("verify.log");
        var problems = new ArrayList<String>();
        for (var result : new FormatCheck(processes).check(file, virtualSize, log)) {
            if (result.isFailed()) {
                problems.add(
                        "%s: failed check '%s': %s".formatted(file.getFileName(), result.title(), result.detail()));
            }
        }
        if (problems.isEmpty()) {
            try (var disk = DiskSource.open(file, InputOptions.DEFAULTS, processes, scratch, log, activity -> {})) {
                var found = ContentDigest.of(disk);
                if (!found.equals(contentDigest)) {
                    problems.add(
                            "%s does not contain the disk that the build wrote: its content digest is %s, expected %s"
                                    .formatted(file.getFileName(), found, contentDigest));
                }
            } catch (Failure e) {
                problems.add(e.message());
            }
        }
        return problems;
    }
}
