package dev.cstemplates.cli.build;

import dev.cstemplates.cli.App;
import dev.cstemplates.core.Failure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cst cancel}. */
@Command(
        name = "cancel",
        description = "Ends builds, wherever they run: with everything that they started, within seconds.",
        footerHeading = "%nExamples:%n",
        footer = "  cst cancel debian-12    the newest build of Debian 12")
public final class CancelCommand implements Callable<Integer> {

    private final App app;

    @Parameters(paramLabel = "BUILD", arity = "1..*", description = "A build's id, or how it begins.")
    private List<String> names = List.of();

    public CancelCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        var book = app.book();
        for (var name : names) {
            var id = BuildLookup.named(book, name).id();
            if (!book.cancel(id)) {
                throw Failure.usage(
                        "Build " + id + " is over: "
                                + BuildLookup.named(book, id).state().id(),
                        "");
            }
            app.output().line(id + " is being cancelled");
        }
        return 0;
    }
}
