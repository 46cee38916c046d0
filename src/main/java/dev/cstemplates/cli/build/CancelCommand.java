/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.engine.BuildRepository;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cst cancel}. */
@Command(
        name = "cancel",
        description = "Cancels builds on any host, with all programs that they started, within seconds.",
        footerHeading = "%nExamples:%n",
        footer = "  cst cancel debian-12    the build of Debian 12 that is queued or running")
public final class CancelCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<BuildRepository> builds;

    @Parameters(
            paramLabel = "BUILD",
            arity = "1..*",
            description = "A build's id, a unique prefix of it, or a template's id.")
    private List<String> names = List.of();

    public CancelCommand(Output output, Supplier<BuildRepository> builds) {
        this.output = output;
        this.builds = builds;
    }

    @Override
    public Integer call() {
        // All names are checked first: a typing error must not leave half of them cancelled.
        var ids = names.stream()
                .map(name -> BuildLookup.unfinished(builds.get(), name).id())
                .distinct()
                .toList();
        for (var id : ids) {
            if (!builds.get().cancel(id)) {
                throw BuildLookup.isOver(BuildLookup.find(builds.get(), id));
            }
            output.line(id + " is being cancelled");
        }
        return 0;
    }
}
