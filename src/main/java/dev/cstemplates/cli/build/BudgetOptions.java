package dev.cstemplates.cli.build;

import dev.cstemplates.cli.App;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.Budget;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What builds may use of this host; the options of every command that builds. */
final class BudgetOptions {

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "Memory that builds may use together, for example 8GiB. Default: $CST_MEMORY, else what is free.")
    private @Nullable String memory;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            description = "Processors that builds may keep busy together. Default: $CST_CPUS, else all.")
    private @Nullable String cpus;

    @Option(
            names = "--disk",
            paramLabel = "SIZE",
            description = "Disk that builds may fill while they run. Default: $CST_DISK, else what is free.")
    private @Nullable String disk;

    Budget budget(App app) {
        return Budget.measured(
                app.host(),
                app.home().root(),
                value(app, memory, "CST_MEMORY").map(ByteSize::parse).orElse(null),
                value(app, cpus, "CST_CPUS").map(BudgetOptions::number).orElse(null),
                value(app, disk, "CST_DISK").map(ByteSize::parse).orElse(null));
    }

    private static Optional<String> value(App app, @Nullable String option, String variable) {
        return Optional.ofNullable(option).or(() -> app.environment(variable));
    }

    private static Integer number(String text) {
        if (!text.matches("[1-9]\\d{0,4}")) {
            throw Failure.usage("'" + text + "' is no number of processors", "Use a number from 1.");
        }
        return Integer.valueOf(text);
    }
}
