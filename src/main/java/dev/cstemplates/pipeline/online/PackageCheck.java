/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.online;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Checks that the repositories of a definition have all its packages, with the script that would install them: the same mirror, keys and
 * package tool as a build.
 */
public final class PackageCheck {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** The scripts start each message with their name. */
    private static final Pattern MESSAGE = Pattern.compile("^bootstrap-[a-z]+: ", Pattern.MULTILINE);

    private final PackerProjectFactory projects;
    private final Processes processes;
    private final Host host;

    public PackageCheck(PackerProjectFactory projects, Processes processes, Host host) {
        this.projects = projects;
        this.processes = processes;
        this.host = host;
    }

    /**
     * The number of packages that the definition names.
     *
     * @throws Failure of kind usage if a package does not exist, of kind remote if a mirror or key fails, of kind host if this host cannot
     *     check it
     */
    int requireAll(Definition definition, Architecture architecture) {
        var build = new ResolvedBuild(
                definition,
                architecture,
                Source.BOOTSTRAP,
                new TreeSet<>(Set.of(Hypervisor.KVM)),
                null,
                null,
                Accelerator.TCG,
                null);
        var project = projects.bootstrap(build);
        try {
            var work = Files.createTempDirectory("cst-check-");
            try {
                var command = host.command("bash", project.script().toString())
                        .env(project.environment())
                        .env("CST_TASK", "check")
                        .env("CST_ACCELERATOR", Accelerator.TCG.id())
                        .env("CST_OUTPUT", work.resolve("disk.qcow2").toString())
                        .env("CST_WORK", work.toString())
                        .timeout(LIMIT);
                var result = processes.run(command);
                if (!result.succeeded()) {
                    throw failure(result);
                }
                return List.of(Objects.requireNonNull(project.environment().get("CST_PACKAGES"))
                                .split(" ", -1))
                        .size();
            } finally {
                FileTrees.delete(work);
            }
        } catch (IOException e) {
            throw Failure.host("Cannot check packages: " + e, "Check the directory for temporary files.")
                    .because(e);
        }
    }

    /** The script's last message is the remedy. */
    private static Failure failure(Processes.Result result) {
        var messages = List.of(MESSAGE.split(String.join("\n", result.lines()), -1));
        if (messages.size() < 2) {
            return Failure.host(Processes.describe(result), "Run the script by hand.");
        }
        var last = messages.getLast().strip();
        var text = messages.stream()
                .skip(1)
                .limit(Math.max(1, messages.size() - 2))
                .map(String::strip)
                .collect(Collectors.joining("\n"));
        var remedy = messages.size() > 2 ? last : "";
        return switch (result.exitCode()) {
            case 2 -> Failure.usage(text, remedy);
            case 3 -> Failure.host(text, remedy);
            case 4 -> Failure.remote(text, remedy, false);
            default -> Failure.build(text, remedy);
        };
    }
}
