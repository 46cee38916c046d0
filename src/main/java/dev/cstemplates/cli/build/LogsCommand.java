package dev.cstemplates.cli.build;

import dev.cstemplates.cli.App;
import dev.cstemplates.pipeline.EventJson;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst logs}. */
@Command(
        name = "logs",
        description = {
            "Prints what happened in a build, on whatever host.",
            "The tools' whole output lies in the build's folder, which the first line names."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst logs debian-12        the newest build of Debian 12",
            "  cst logs debian-12 -f     until it is over"
        })
public final class LogsCommand implements Callable<Integer> {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final App app;

    @Parameters(paramLabel = "BUILD", description = "A build's id, or how it begins.")
    private String name = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the build is over.")
    private boolean follow;

    @Option(names = "--json", description = "Print JSON lines.")
    private boolean json;

    public LogsCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws InterruptedException {
        var book = app.builds();
        var id = BuildLookup.named(book, name).id();
        var last = 0L;
        while (true) {
            var isOver = !follow || BuildLookup.named(book, id).state().isOver();
            for (var event : book.events(id, last)) {
                last = event.number();
                app.output()
                        .line(
                                json
                                        ? event.data()
                                        : TIME.format(event.at().atZone(ZoneId.systemDefault())) + "  "
                                                + PlainProgress.sentence(EventJson.read(event.data())));
            }
            if (isOver) {
                return 0;
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }
}
