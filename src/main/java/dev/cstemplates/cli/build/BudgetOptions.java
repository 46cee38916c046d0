package dev.cstemplates.cli.build;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.Budget;
import dev.cstemplates.host.Host;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that builds: the resources that builds may use on this host. */
public final class BudgetOptions {

    private final Supplier<Host> host;
    private final Supplier<CstHome> home;
    private final Function<String, Optional<String>> environment;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "Memory for all builds together, for example 8GiB. Default: $CST_MEMORY, else the free memory.")
    private @Nullable String memory;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            description = "Processors for all builds together. Default: $CST_CPUS, else all.")
    private @Nullable String cpus;

    @Option(
            names = "--disk",
            paramLabel = "SIZE",
            description = "Disk space for running builds. Default: $CST_DISK, else the free space.")
    private @Nullable String disk;

    /** @param environment the value of an environment variable that is set and not blank */
    public BudgetOptions(Supplier<Host> host, Supplier<CstHome> home, Function<String, Optional<String>> environment) {
        this.host = host;
        this.home = home;
        this.environment = environment;
    }

    /** @throws Failure of kind usage if a value is invalid */
    Budget budget() {
        return Budget.measured(
                host.get(),
                home.get().root(),
                value(memory, "CST_MEMORY").map(ByteSize::parse).orElse(null),
                value(cpus, "CST_CPUS").map(BudgetOptions::processors).orElse(null),
                value(disk, "CST_DISK").map(ByteSize::parse).orElse(null));
    }

    private Optional<String> value(@Nullable String option, String variable) {
        return Optional.ofNullable(option).or(() -> environment.apply(variable));
    }

    private static Integer processors(String text) {
        if (!text.matches("[1-9]\\d{0,4}")) {
            throw Failure.usage("Invalid number of processors '" + text + "'", "Use a number from 1 to 99999.");
        }
        return Integer.valueOf(text);
    }
}
