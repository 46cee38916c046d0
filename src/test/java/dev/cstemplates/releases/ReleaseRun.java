/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.releases;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ShellQuoting;
import dev.cstemplates.guest.RestoredLabels;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.validation.offline.OfflineChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs a row's scripts and checks on the profile of its release: {@code run.sh} in its own system on a disk image. */
final class ReleaseRun {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Path SCRIPTS = ReleaseRow.CHECKOUT.scripts();

    private final ReleaseRow row;
    private final ReleaseProfile profile;
    private final Path work;

    ReleaseRun(ReleaseRow row, ReleaseProfile profile, Path work) {
        this.row = row;
        this.profile = profile;
        this.work = work;
    }

    /** A step's output, and how it ended. */
    record Step(int exitCode, List<String> lines) {}

    /** Prepares {@code work} and runs everything; the steps by their names, {@code 20-preparation/40-cloud-init.sh} for example. */
    Map<String, Step> run(Processes processes, Path programs, Faults faults) throws IOException {
        write(faults);
        Files.createSymbolicLink(work.resolve("programs"), programs);
        var result = processes.run(
                Command.of("bash", ReleaseProfile.FOLDER.resolve("run.sh").toString(), work.toString())
                        .timeout(LIMIT));
        var log = Path.of("target/releases", row.toString().replace(' ', '-') + ".log");
        Files.createDirectories(log.getParent());
        Files.write(log, result.lines());
        var steps = steps(result.lines());
        if (!result.succeeded()) {
            steps.put("the system is made", new Step(result.exitCode(), result.lines()));
        }
        return steps;
    }

    OfflineChecks checks() {
        return new OfflineChecks(row.expectations(), SCRIPTS.resolve("validation/offline"));
    }

    private void write(Faults faults) throws IOException {
        profile.copyFiles("files", work.resolve("files"));
        profile.copyFiles("files." + row.source().id(), work.resolve("written"));
        var kernel = (ObjectNode) profile.facts().path("kernel");
        for (var key : List.of("version", "updated")) {
            kernel.put(key, ReleaseProfile.byArchitecture(kernel.path(key), row.architecture()));
        }
        Files.writeString(work.resolve("profile.json"), JSON.writeValueAsString(profile.facts()));
        Files.writeString(
                work.resolve("row.json"), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(facts()));
        Files.writeString(work.resolve("enabled"), lines(profile.perSource("enabled", row.source())));
        Files.createSymbolicLink(work.resolve("commands"), ReleaseProfile.FOLDER.resolve("commands"));
        Files.writeString(work.resolve("check.sh"), checks().script());
        Files.writeString(
                work.resolve("leftovers"),
                lines(faults.leftovers(row.definition().packageFamily())));
        Files.writeString(work.resolve("faults.sh"), faults.script(row));
        writeSteps();
    }

    private ObjectNode facts() {
        var facts = JSON.createObjectNode();
        var filesystem = profile.setting("filesystem", row.source());
        var boot = filesystem.path("boot").asString("");
        var subvolume = filesystem.path("subvolume").asString("");
        var root = UUID.randomUUID().toString();
        facts.put("family", row.definition().packageFamily());
        facts.put("source", row.source().id());
        facts.put("arch", row.architecture().id());
        facts.put("debianArchitecture", row.architecture() == Architecture.AARCH64 ? "arm64" : "amd64");
        facts.put(
                "kernel",
                ReleaseProfile.byArchitecture(profile.facts().path("kernel").path("version"), row.architecture()));
        facts.put("serial", row.architecture() == Architecture.AARCH64 ? "ttyAMA0" : "ttyS0");
        facts.put("root", root);
        facts.put("esp", "ABCD-1234");
        facts.put("boot", boot.isEmpty() ? root : UUID.randomUUID().toString());
        facts.put("rootType", filesystem.path("root").asString("ext4"));
        facts.put("bootType", boot);
        facts.put("subvolume", subvolume);
        facts.put("bootPrefix", !boot.isEmpty() ? "" : subvolume.isEmpty() ? "/boot" : "/" + subvolume + "/boot");
        facts.put("disk_size", row.definition().machine().disk().bytes() + "");
        facts.put("biosPartition", "1");
        facts.put("disk", "@disk@");
        facts.put("device", "@device@");
        var installed = facts.putArray("installed");
        profile.perSource("installed", row.source()).forEach(installed::add);
        var asked = facts.putArray("asked");
        row.askedPackages().stream().filter(name -> !ReleaseRow.isGroup(name)).forEach(asked::add);
        return facts;
    }

    private void writeSteps() throws IOException {
        var family = row.definition().packageFamily();
        if (row.source() == Source.ISO) {
            var loaders = row.build().target().bootloaderPackages();
            step(
                    "10-installation",
                    List.of(SCRIPTS.resolve("installation").resolve(family + ".sh")),
                    Map.of(
                            "CST_PUBLIC_KEY",
                            "ssh-ed25519 AAAA one-time-key",
                            "CST_BOOTLOADERS",
                            String.join(" ", loaders)));
        }
        var preparation = row.preparation();
        step("20-preparation", preparation.scripts(), preparation.environment());
        step(
                "30-cleanup",
                PackerProjectFactory.scripts(SCRIPTS.resolve("cleanup").resolve(family)),
                Map.of());
        label("31-labels", "/");
        var number = 40;
        for (var hypervisor : row.hypervisors()) {
            var datasources = row.definition().variants().get(hypervisor).datasources();
            step(
                    number++ + "-" + hypervisor.id(),
                    List.of(SCRIPTS.resolve("variants/cloud-init.sh")),
                    Map.of("CST_DATASOURCES", String.join(", ", datasources)));
            label(number++ + "-labels", "/etc/cloud");
        }
    }

    /** As the product does after it has changed a disk that is not running. */
    private void label(String step, String folder) throws IOException {
        step(step, List.of(Files.writeString(work.resolve("labels.sh"), RestoredLabels.script(folder))), Map.of());
    }

    private void step(String name, List<Path> scripts, Map<String, String> environment) throws IOException {
        var folder = Files.createDirectories(work.resolve("steps").resolve(name));
        for (var script : scripts) {
            Files.copy(script, folder.resolve(script.getFileName()));
        }
        Files.createDirectories(work.resolve("env"));
        Files.writeString(
                work.resolve("env").resolve(name),
                new TreeMap<>(environment)
                        .entrySet().stream()
                                .map(each -> each.getKey() + "=" + ShellQuoting.quote(each.getValue()) + "\n")
                                .collect(Collectors.joining()));
    }

    private static String lines(List<String> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static Map<String, Step> steps(List<String> lines) {
        var steps = new LinkedHashMap<String, Step>();
        var name = "";
        var inside = new ArrayList<String>();
        for (var line : lines) {
            if (line.startsWith("== ended ")) {
                steps.put(name, new Step(Integer.parseInt(line.substring("== ended ".length())), List.copyOf(inside)));
            } else if (line.startsWith("== ")) {
                name = line.substring("== ".length());
                inside = new ArrayList<>();
            } else {
                inside.add(line);
            }
        }
        return steps;
    }
}
