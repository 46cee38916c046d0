/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.engine.BuildRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst logs}. */
@Command(
        name = "logs",
        description = {
            "Prints the events of a build, on any host.",
            "The complete output of all tools is in the build's folder, which the first line shows.",
            "With --bundle, stores that folder in a ZIP file to attach to a bug report. Disks, media, answer files and"
                    + " keys are left out; passwords, tokens and private keys are masked. Look through it before you"
                    + " publish it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst logs debian-12            the newest build of Debian 12",
            "  cst logs debian-12 -f         until it is over",
            "  cst logs debian-12 --bundle   everything for a bug report, in one file"
        })
public final class LogsCommand implements Callable<Integer> {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final Output output;
    private final Supplier<BuildRepository> builds;
    private final Supplier<CstHome> home;
    private final LogBundle bundles;

    @Parameters(
            paramLabel = "BUILD",
            description = "A build's id, a unique prefix of it, or a template's id for its newest build.")
    private String name = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Continue until the build is over.")
    private boolean follow;

    @Option(names = "--json", description = "Print JSON lines.")
    private boolean json;

    @Option(
            names = "--bundle",
            description =
                    "Write the logs, rendered projects and screenshots to cst-BUILD.zip in the current directory.")
    private boolean bundle;

    public LogsCommand(Output output, Supplier<BuildRepository> builds, Supplier<CstHome> home, LogBundle bundles) {
        this.output = output;
        this.builds = builds;
        this.home = home;
        this.bundles = bundles;
    }

    @Override
    public Integer call() throws InterruptedException {
        var repository = builds.get();
        var id = BuildLookup.find(repository, name).id();
        if (bundle) {
            output.line(bundles.write(home.get().builds(), id, Path.of("cst-" + id + ".zip"))
                    .toString());
            return 0;
        }
        var last = 0L;
        while (true) {
            var isOver = !follow || BuildLookup.find(repository, id).state().isOver();
            for (var event : repository.events(id, last)) {
                last = event.number();
                output.line(
                        json
                                ? event.data()
                                : TIME.format(event.at().atZone(ZoneId.systemDefault())) + "  "
                                        + PlainProgress.sentence(event.event()));
            }
            if (isOver) {
                return 0;
            }
            Thread.sleep(POLL_INTERVAL);
        }
    }
}
