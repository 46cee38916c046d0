/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.offline;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.guest.Libguestfs;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.validation.report.InstalledPackage;
import dev.cstemplates.validation.target.ValidationTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Checks a disk that is not running: one libguestfs session opens it read-only and runs the scripts of {@code scripts/validation/offline/}
 * in its root directory.
 */
public final class OfflineValidation {

    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final String OPENS = "offline.opens";
    private static final String OPENS_TITLE = "libguestfs finds one operating system on the disk";

    private final Processes processes;
    private final Path checks;

    /** Runs the scripts in {@code checks}. */
    public OfflineValidation(Processes processes, Path checks) {
        this.processes = processes;
        this.checks = checks;
    }

    /**
     * The results of the checks.
     *
     * @param facts by name, in the order in which they were found, for example {@code kernel}
     */
    public record OfflineResult(List<CheckResult> checks, Map<String, String> facts, List<InstalledPackage> packages) {

        public OfflineResult {
            checks = List.copyOf(checks);
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
            packages = List.copyOf(packages);
        }
    }

    /**
     * Runs the checks. A disk without an operating system is a failed check; a {@link Failure} is thrown when libguestfs cannot run.
     *
     * @param activity receives what is being checked
     */
    public OfflineResult run(OfflineRequest request, Consumer<String> activity) {
        var target = request.target();
        var library =
                CheckScript.read(checks, target.expected().packageFamily()).only(request.scripts());
        var session = new OfflineSession(target.expected(), library).lines();
        var output = new OfflineOutput();
        try {
            activity.accept("opening the disk");
            new Libguestfs(processes, target.accelerator(), target.expected().architecture(), request.workDir())
                    .guestfish(options(target), session, request.log(), LIMIT, line -> {
                        output.accept(line);
                        if (line.startsWith("{\"script\":")) {
                            activity.accept("checking " + line.replaceAll(".*/|\\.sh.*", ""));
                        }
                    });
        } catch (Failure e) {
            if (output.isEmpty()) {
                return notOpened(e);
            }
            // What the session did not reach is a failed check below; any other failure is about the host, not the
            // disk.
            if (e.kind() != Failure.Kind.BUILD) {
                throw e;
            }
        }
        return withOpened(output.result(library.scripts()));
    }

    private static OfflineResult withOpened(OfflineResult result) {
        var all = new ArrayList<CheckResult>();
        all.add(CheckResult.of(OPENS, OPENS_TITLE, true, ""));
        all.addAll(result.checks());
        return new OfflineResult(all, result.facts(), result.packages());
    }

    /** guestfish prints "no operating system" or "multi-boot operating systems" about the disk; all else is about the host. */
    private static OfflineResult notOpened(Failure failure) {
        if (failure.kind() != Failure.Kind.BUILD || !failure.message().contains("operating system")) {
            throw failure;
        }
        return new OfflineResult(
                List.of(CheckResult.of(OPENS, OPENS_TITLE, false, failure.message())), Map.of(), List.of());
    }

    private static List<String> options(ValidationTarget target) {
        return List.of(
                "--ro",
                "--format=" + target.format(),
                "--add",
                target.disk().toAbsolutePath().toString(),
                "--inspector");
    }
}
