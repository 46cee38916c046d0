/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.artifact.Draft;
import dev.cstemplates.artifact.Manifest;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.export.Content;
import dev.cstemplates.disk.export.DiskExport;
import dev.cstemplates.disk.export.Output;
import dev.cstemplates.disk.ova.OvaMachine;
import dev.cstemplates.disk.raw.RawReader;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.pipeline.layer.LayerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real commands of one home at once, started and ended by signals at random: no build loses a file, no lock is lost, nothing in use is
 * swept, and nothing is left. {@code -Dcst.chaos.minutes=20} for a long run, {@code -Dcst.chaos.seed=N} to repeat the order of signals.
 */
@Tag("real-tools")
@Timeout(value = 120, unit = TimeUnit.MINUTES)
class ConcurrentCommandsRealTest {

    private static final List<String> IDS = List.of("debian-12", "debian-13");
    private static final Pattern PROC_LOCKS =
            Pattern.compile(".*POSIX +ADVISORY +WRITE (\\d+) [0-9a-f]+:[0-9a-f]+:(\\d+) .*");

    @TempDir
    Path folder;

    private final List<Running> running = new ArrayList<>();
    private final Map<Path, Long> owners = new HashMap<>();
    private final Map<Path, Long> lastHolders = new HashMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    /** One started command; its output is in {@code files}. */
    private record Running(String name, Process process, Path files) {}

    @Test
    void noCommandTouchesWhatAnotherOneUses() throws Exception {
        var seed = Long.getLong("cst.chaos.seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var cst = new Cst(folder.resolve("home"));
        var home = new CstHome(cst.home());
        var disk = artifactDisk(home);
        var commands = new TreeMap<>(Map.of(
                "two builds", List.of("build", IDS.get(0), IDS.get(1), "--until", "install", "--no-cache"),
                "one build", List.of("build", IDS.get(0), "--until", "install"),
                "validation", List.of("validate", disk.toString(), "--as", IDS.get(0)),
                "verification", List.of("artifacts", "verify")));
        var duration = Duration.ofMinutes(Integer.getInteger("cst.chaos.minutes", 1));
        var end = Instant.now().plus(duration);
        try {
            while (Instant.now().isBefore(end)) {
                for (var command : commands.entrySet()) {
                    startUnlessRunning(cst, command.getKey(), command.getValue());
                }
                for (var i = random.nextInt(12); i >= 0; i--) {
                    Thread.sleep(500);
                    requireLocksKept(home);
                }
                var victim = running.get(random.nextInt(running.size()));
                stop(victim, random.nextInt(3) > 0 ? "KILL" : "TERM");
            }
            while (!running.isEmpty()) {
                stop(running.getFirst(), "KILL");
            }

            var last = cst.run("build", IDS.get(0), IDS.get(1), "--until", "install", "--no-cache");

            assertThat(last.exitCode()).as(last.out() + last.err()).isZero();
            requireClean(cst, home);
            System.out.printf("seed %d, %s: %s%n", seed, duration, counts);
        } finally {
            running.forEach(each -> each.process().destroyForcibly());
        }
    }

    private void startUnlessRunning(Cst cst, String name, List<String> arguments) throws Exception {
        for (var each : running) {
            if (each.name().equals(name)) {
                if (each.process().isAlive()) {
                    return;
                }
                running.remove(each);
                requireGoodEnd(each);
                break;
            }
        }
        var files = Files.createTempDirectory(folder, "run");
        running.add(new Running(name, cst.start(Map.of(), files, arguments.toArray(String[]::new)), files));
        count(name + " started");
    }

    private void stop(Running victim, String signal) throws Exception {
        running.remove(victim);
        if (!victim.process().isAlive()) {
            requireGoodEnd(victim);
            return;
        }
        new ProcessBuilder("kill", "-" + signal, Long.toString(victim.process().pid()))
                .start()
                .waitFor();
        assertThat(victim.process().waitFor(3, TimeUnit.MINUTES))
                .as(victim.name() + " ends on " + signal)
                .isTrue();
        requireNothingLost(victim);
        count(victim.name() + " " + signal);
    }

    /** A command that was not stopped succeeds. The disk to validate is empty: its checks fail, but they have a report. */
    private void requireGoodEnd(Running ended) throws IOException {
        requireNothingLost(ended);
        var output = outputOf(ended);
        if (ended.name().equals("validation")) {
            assertThat(output).contains("report: ");
        } else {
            assertThat(ended.process().exitValue())
                    .as(ended.name() + ":\n" + output)
                    .isZero();
        }
        count(ended.name() + " finished");
    }

    private static void requireNothingLost(Running ended) throws IOException {
        assertThat(outputOf(ended))
                .as(ended.name())
                .doesNotContain("Cannot remove", "No such file", "Internal error", "which a killed process left");
    }

    private static String outputOf(Running ended) throws IOException {
        return Files.readString(ended.files().resolve("out"))
                + Files.readString(ended.files().resolve("err"));
    }

    /**
     * The kernel still has the lock of each work directory whose process runs. The process that has it in two consecutive looks is the
     * owner: others lock it only for a moment, or to remove it.
     */
    private void requireLocksKept(CstHome home) throws IOException {
        var holders = holders(home);
        for (var directory : owners.keySet()) {
            var owner = owners.get(directory);
            var isAlive = running.stream()
                    .anyMatch(each ->
                            each.process().pid() == owner && each.process().isAlive());
            if (isAlive && Files.exists(directory.resolve("work.json"))) {
                assertThat(holders.containsKey(directory) || !Files.exists(directory))
                        .as(directory + " of process " + owner + " is locked")
                        .isTrue();
            }
        }
        holders.forEach((directory, holder) -> {
            if (holder.equals(lastHolders.get(directory)) && owners.put(directory, holder) == null) {
                count("locks watched");
            }
        });
        lastHolders.clear();
        lastHolders.putAll(holders);
    }

    /** The process that the kernel says to hold the lock, by work directory. */
    private static Map<Path, Long> holders(CstHome home) throws IOException {
        var directories = new HashMap<Long, Path>();
        for (var directory : children(home.work())) {
            try {
                directories.put((Long) Files.getAttribute(directory.resolve(".lock"), "unix:ino"), directory);
            } catch (NoSuchFileException e) {
                // Just created, or just removed.
            }
        }
        var holders = new HashMap<Path, Long>();
        for (var line : Files.readAllLines(Path.of("/proc/locks"))) {
            var lock = PROC_LOCKS.matcher(line);
            if (lock.matches() && directories.containsKey(Long.valueOf(lock.group(2)))) {
                holders.put(directories.get(Long.valueOf(lock.group(2))), Long.valueOf(lock.group(1)));
            }
        }
        return holders;
    }

    private static void requireClean(Cst cst, CstHome home) throws IOException {
        assertThat(children(home.work())).isEmpty();
        assertThat(cst.programs()).isEmpty();
        var store = new LayerStore(home.layers(), home.locks(), Clock.systemUTC());
        for (var id : IDS) {
            store.verify(store.newest("install", id + "-x86_64").orElseThrow());
        }
        assertThat(cst.run("artifacts", "verify").exitCode()).isZero();
        try (var builds = Files.walk(home.builds());
                var cache = Files.walk(home.root().resolve("cache"));
                var files = Stream.concat(builds, cache)) {
            Set<String> secret = new HashSet<>(List.of("ssh", "answers", "media", "output"));
            assertThat(files.filter(file -> {
                        var name = file.getFileName().toString();
                        return name.startsWith("cst-p")
                                || name.startsWith(".project.part")
                                || (secret.contains(name) && file.getParent().endsWith("project"));
                    }))
                    .isEmpty();
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var children = Files.list(directory)) {
            return children.toList();
        }
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    /** Stores an artifact to verify: a disk with random content. */
    private Path artifactDisk(CstHome home) throws IOException {
        var content = new byte[32 << 20];
        new Random(1).nextBytes(content);
        var raw = Files.write(folder.resolve("disk.raw"), content);
        var target = folder.resolve("export/kvm.qcow2");
        try (var processes = new Processes();
                var reader = RawReader.open(raw)) {
            var output = new Output(DiskFormat.QCOW2, Content.of(reader), target, OvaMachine.ofUnknown("small"));
            var written = new DiskExport(processes, Clock.systemUTC())
                    .run(reader, List.of(output), folder.resolve("export.log"), line -> {})
                    .getFirst();
            var draft = new Draft.DraftDisk("kvm", "qcow2", written.size(), written.contentDigest());
            new ArtifactStore(home.artifacts(), home.locks(), Clock.systemUTC())
                    .add(new Draft(
                            IDS.getFirst(),
                            "Debian 12",
                            "x86_64",
                            "test",
                            "0".repeat(64),
                            written.size(),
                            new Manifest.ValidationSummary(true, 1, 0, 0, 0),
                            new TreeMap<>(),
                            List.of(new Draft.DraftFile(target, "kvm.qcow2", "disk", draft)),
                            List.of()));
        }
        return target;
    }
}
