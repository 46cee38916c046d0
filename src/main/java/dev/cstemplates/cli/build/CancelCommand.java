package dev.cstemplates.cli.build;

import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Failure;
import dev.cstemplates.engine.BuildRepository;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cst cancel}. */
@Command(
        name = "cancel",
        description = "Ends builds, wherever they run: with everything that they started, within seconds.",
        footerHeading = "%nExamples:%n",
        footer = "  cst cancel debian-12    the newest build of Debian 12")
public final class CancelCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<BuildRepository> builds;

    @Parameters(paramLabel = "BUILD", arity = "1..*", description = "A build's id, or how it begins.")
    private List<String> names = List.of();

    public CancelCommand(Output output, Supplier<BuildRepository> builds) {
        this.output = output;
        this.builds = builds;
    }

    @Override
    public Integer call() {
        var book = builds.get();
        for (var name : names) {
            var id = BuildLookup.named(book, name).id();
            if (!book.cancel(id)) {
                throw Failure.usage(
                        "Build " + id + " is over: "
                                + BuildLookup.named(book, id).state().id(),
                        "");
            }
            output.line(id + " is being cancelled");
        }
        return 0;
    }
}
