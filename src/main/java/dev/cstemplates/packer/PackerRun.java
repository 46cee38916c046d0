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

/** Runs Packer on rendered projects, tells what it says as events, and trusts a success only after seeing the disk. */
public final class PackerRun {

    private static final String DEBUG_LOG = "packer-debug.log";
    private static final String QEMU_SAID = "Qemu stderr: ";
    private static final Duration VALIDATION_LIMIT = Duration.ofMinutes(2);

    private final Processes processes;
    private final Supplier<Packer> packer;

    public PackerRun(Processes processes, Packer packer) {
        this(processes, () -> packer);
    }

    /** {@code packer} is asked when a project is run first: a build that has nothing to do starts no program. */
    public PackerRun(Processes processes, Supplier<Packer> packer) {
        this.processes = processes;
        this.packer = packer;
    }

    /**
     * One build.
     *
     * @param variables Packer variables that differ from the project's own, for example {@code base_disk}
     * @param logs folder that {@code packer.log} (all output) and {@code packer-debug.log} (Packer's own detail) are put in
     * @param limit ends the run, with everything that it started
     * @param activity told every line for people
     * @param secrets texts that nothing may show, however they came out
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

        /** A build of a project as it is, that nobody watches. */
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

    /** Asks Packer whether it can read a project; a {@link Failure} that shows what it says otherwise. */
    public void validate(RenderedProject project) {
        try (var session = packer.get().session()) {
            var transcript = new Transcript();
            var result =
                    processes.run(session.command("validate", project.template().toString())
                            .timeout(VALIDATION_LIMIT)
                            .onLine(line -> transcript.add(MachineReadable.parse(line))));
            if (!result.succeeded()) {
                throw Failure.build(
                        "Packer refuses " + project.template() + ":\n" + transcript.tail(),
                        "Run 'packer validate " + project.template() + "' to see it by hand.");
            }
        }
    }

    /**
     * Builds, and returns the project's disk. A {@link Failure} says which script, tool or mirror failed; it is transient where
     * another try may help. No disk is left behind then, nor a process, also when the calling thread is interrupted.
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
                    .onLine(line -> tell(MachineReadable.parse(line), transcript, build)));
            console.hideSecrets();
            if (!result.succeeded()) {
                refuseAFullDisk(project);
                addWhatQemuSaid(build.logs().resolve(DEBUG_LOG), transcript);
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
                forget(project.disk());
            }
        }
    }

    /** A machine may power off for other reasons than that it is done. */
    private static void requireCompletionMarker(RenderedProject project, GuestConsole console, String logs) {
        var expected = project.completionMarker();
        if (expected != null && !console.says(expected)) {
            throw Failure.build(
                    "The installer ended without having finished; " + console.tail(), "Its console tells why. " + logs);
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

    private static void tell(PackerEvent event, Transcript transcript, PackerBuild build) {
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

    /** Why QEMU did not start stands in Packer's debug log only. */
    private static void addWhatQemuSaid(Path debugLog, Transcript transcript) {
        if (!Files.exists(debugLog)) {
            return;
        }
        try (var lines = new BufferedReader(
                        new InputStreamReader(Files.newInputStream(debugLog), StandardCharsets.UTF_8))
                .lines()) {
            lines.filter(line -> line.contains(QEMU_SAID))
                    .map(line -> line.substring(line.indexOf(QEMU_SAID) + QEMU_SAID.length()))
                    .forEach(line -> transcript.add(new PackerEvent.Stray(line)));
        } catch (IOException | UncheckedIOException e) {
            transcript.add(new PackerEvent.Stray("(Packer's debug log can't be read: " + e.getMessage() + ")"));
        }
    }

    /** QEMU stops a guest whose disk can't grow, and Packer then tells only of a lost connection. */
    private static void refuseAFullDisk(RenderedProject project) {
        try {
            if (ResourceExhaustion.isDiskFull(project.folder())) {
                throw ResourceExhaustion.ofDisk("no room is left in " + project.folder());
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

    /** Removes a disk that nobody must take for a result. */
    private static void forget(Path disk) {
        try {
            Files.deleteIfExists(disk);
        } catch (IOException e) {
            throw Failure.host("The unfinished disk " + disk + " can't be removed: " + e.getMessage(), "Remove it.")
                    .because(e);
        }
    }
}
