package dev.cstemplates.cli;

import dev.cstemplates.host.Failure;
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
final class CancelCommand implements Callable<Integer> {

    private final App app;

    @Parameters(paramLabel = "BUILD", arity = "1..*", description = "A build's id, or how it begins.")
    private List<String> names = List.of();

    CancelCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        var book = app.book();
        for (var name : names) {
            var id = FoundBuild.named(book, name).id();
            if (!book.cancel(id)) {
                throw Failure.usage(
                        "Build " + id + " is over: "
                                + FoundBuild.named(book, id).state().id(),
                        "");
            }
            app.output().line(id + " is being cancelled");
        }
        return 0;
    }
}
