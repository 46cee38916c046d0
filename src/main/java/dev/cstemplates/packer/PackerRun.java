/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ResourceExhaustion;
import dev.cstemplates.host.process.Processes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs Packer on rendered projects, and accepts a success only after checking the disk. */
public final class PackerRun {

    private static final String DEBUG_LOG = "packer-debug.log";
    private static final String QEMU_ERROR = "Qemu stderr: ";
    private static final Duration VALIDATION_LIMIT = Duration.ofMinutes(2);

    private final Processes processes;
    private final Supplier<Packer> packer;

    public PackerRun(Processes processes, Packer packer) {
        this(processes, () -> packer);
    }

    /** @param packer called at the first run, so that a build without work starts no program */
    public PackerRun(Processes processes, Supplier<Packer> packer) {
        this.processes = processes;
        this.packer = packer;
    }

    /**
     * One build.
     *
     * @param variables Packer variables that differ from the project's own, for example {@code base_disk}
     * @param logs folder for {@code packer.log} (all output) and {@code packer-debug.log} (Packer's debug log)
     * @param limit timeout of the run, after which all its processes are ended
     * @param activity receives every line for the user
     * @param secrets texts to mask everywhere
     */
    public record PackerBuild(
            RenderedProject project,
            Map<String, String> variables,
            Path logs,
            Duration limit,
            Consumer<String> activity,
            List<String> secrets) {

        public PackerBuild {
            variables = new TreeMap<>(variables);
            secrets = List.copyOf(secrets);
        }

        /** A build with the project's own variables and without listeners. */
        public static PackerBuild of(RenderedProject project, Path logs, Duration limit) {
            return new PackerBuild(project, Map.of(), logs, limit, line -> {}, List.of());
        }

        public PackerBuild with(String variable, String value) {
            var all = new TreeMap<>(variables);
            all.put(variable, value);
            return new PackerBuild(project, all, logs, limit, activity, secrets);
        }

        public PackerBuild reportingTo(Consumer<String> lines) {
            return new PackerBuild(project, variables, logs, limit, lines, secrets);
        }

        public PackerBuild hiding(List<String> texts) {
            return new PackerBuild(project, variables, logs, limit, activity, texts);
        }
    }

    /** Runs {@code packer validate}; a {@link Failure} with its output if it fails. */
    public void validate(RenderedProject project) {
        try (var session = packer.get().session()) {
            var transcript = new Transcript();
            var result =
                    processes.run(session.command("validate", project.template().toString())
                            .timeout(VALIDATION_LIMIT)
                            .onLine(line -> transcript.add(MachineReadable.parse(line))));
            if (!result.succeeded()) {
                throw Failure.build(
                        "Packer rejects " + project.template() + ":\n" + transcript.tail(),
                        "Run 'packer validate " + project.template() + "' to reproduce it.");
            }
        }
    }

    /**
     * Builds the project's disk. A {@link Failure} names the script, tool or mirror that failed; it is transient if a retry may help. It
     * leaves neither a disk nor a process behind, also if the calling thread is interrupted.
     */
    public ResultDisk build(PackerBuild build) {
        var project = build.project();
        var transcript = new Transcript();
        var console = new GuestConsole(project.serialLog(), build.secrets());
        var done = false;
        try (var session = packer.get().session()) {
            var log = build.logs().resolve("packer.log");
            var result = processes.run(session.command(arguments(build))
                    .env("PACKER_LOG", "1")
                    .env("PACKER_LOG_PATH", build.logs().resolve(DEBUG_LOG).toString())
                    .log(log)
                    .timeout(build.limit())
                    .masking(build.secrets().toArray(String[]::new))
                    .onLine(line -> report(MachineReadable.parse(line), transcript, build)));
            console.hideSecrets();
            if (!result.succeeded()) {
                requireDiskSpace(project);
                addQemuErrors(build.logs().resolve(DEBUG_LOG), transcript);
                throw PackerFailureClassifier.explain(
                        transcript, console, result.exitCode(), whereToRead(log, project));
            }
            requireCompletionMarker(project, console, whereToRead(log, project));
            var disk = ResultDisk.examine(project.disk(), project.diskSize(), processes);
            done = true;
            return disk;
        } finally {
            console.hideSecrets();
            if (!done) {
                delete(project.disk());
            }
        }
    }

    /** Powering off alone does not count as success. */
    private static void requireCompletionMarker(RenderedProject project, GuestConsole console, String logs) {
        var expected = project.completionMarker();
        if (expected != null && !console.contains(expected)) {
            throw Failure.build(
                    "The machine powered off before the installer had finished; " + console.tail(),
                    "Its console shows why. " + logs);
        }
    }

    private static String[] arguments(PackerBuild build) {
        var arguments = new ArrayList<>(List.of("build", "-color=false"));
        build.variables().forEach((name, value) -> {
            arguments.add("-var");
            arguments.add(name + "=" + value);
        });
        arguments.add(build.project().template().toString());
        return arguments.toArray(String[]::new);
    }

    private static void report(PackerEvent event, Transcript transcript, PackerBuild build) {
        transcript.add(event);
        switch (event) {
            case PackerEvent.Ui ui ->
                ui.text().lines().filter(line -> !line.isBlank()).forEach(build.activity());
            case PackerEvent.Stray stray -> build.activity().accept(stray.text());
            case PackerEvent.Failed failed -> {}
            case PackerEvent.Artifact artifact -> {}
            case PackerEvent.Note note -> {}
        }
    }

    /** Only Packer's debug log contains QEMU's errors. */
    private static void addQemuErrors(Path debugLog, Transcript transcript) {
        if (!Files.exists(debugLog)) {
            return;
        }
        try (var lines = new BufferedReader(
                        new InputStreamReader(Files.newInputStream(debugLog), StandardCharsets.UTF_8))
                .lines()) {
            lines.filter(line -> line.contains(QEMU_ERROR))
                    .map(line -> line.substring(line.indexOf(QEMU_ERROR) + QEMU_ERROR.length()))
                    .forEach(line -> transcript.add(new PackerEvent.Stray(line)));
        } catch (IOException | UncheckedIOException e) {
            transcript.add(new PackerEvent.Stray("(cannot read Packer's debug log: " + e.getMessage() + ")"));
        }
    }

    /** QEMU pauses a guest whose disk cannot grow, and Packer then reports only a lost connection. */
    private static void requireDiskSpace(RenderedProject project) {
        try {
            if (ResourceExhaustion.isDiskFull(project.folder())) {
                throw ResourceExhaustion.ofDisk("no space left in " + project.folder());
            }
        } catch (IOException e) {
            throw Failure.host("The folder " + project.folder() + " is gone: " + e.getMessage(), "Build again.")
                    .because(e);
        }
    }

    private static String whereToRead(Path log, RenderedProject project) {
        var console = Files.exists(project.serialLog()) ? "; the guest's console: " + project.serialLog() : "";
        return "Packer's output: " + log + console;
    }

    /** Removes an unfinished disk. */
    private static void delete(Path disk) {
        try {
            Files.deleteIfExists(disk);
        } catch (IOException e) {
            throw Failure.host("Cannot remove the unfinished disk " + disk + ": " + e.getMessage(), "Remove it.")
                    .because(e);
        }
    }
}
