package dev.cstemplates.cli.build;

import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.engine.BuildRepository;
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
            "The complete output of all tools is in the build's folder, which the first line shows."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst logs debian-12        the newest build of Debian 12",
            "  cst logs debian-12 -f     until it is over"
        })
public final class LogsCommand implements Callable<Integer> {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final Output output;
    private final Supplier<BuildRepository> builds;

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

    public LogsCommand(Output output, Supplier<BuildRepository> builds) {
        this.output = output;
        this.builds = builds;
    }

    @Override
    public Integer call() throws InterruptedException {
        var repository = builds.get();
        var id = BuildLookup.find(repository, name).id();
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
