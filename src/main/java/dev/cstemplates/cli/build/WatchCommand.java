package dev.cstemplates.cli.build;

import dev.cstemplates.cli.App;
import dev.cstemplates.engine.BuildRecord;
import dev.cstemplates.engine.BuildState;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cst watch}. */
@Command(
        name = "watch",
        description = {
            "Shows running builds live, also those of other processes and hosts, until all are over.",
            "Ctrl-C ends the watching, not the builds."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst watch              everything that is queued or runs",
            "  cst watch debian-12    the newest build of Debian 12"
        })
public final class WatchCommand implements Callable<Integer> {

    private final App app;

    @Parameters(paramLabel = "BUILD", arity = "0..*", description = "A build's id, or how it begins. Default: all.")
    private @Nullable List<String> names;

    public WatchCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        var book = app.builds();
        book.recover(app.worker().host());
        var ids = new LinkedHashSet<String>();
        if (names != null) {
            names.forEach(name -> ids.add(BuildLookup.named(book, name).id()));
        }
        if (names == null && unfinished(ids).isEmpty()) {
            app.output().line("Nothing is queued or runs; 'cst status' shows what did.");
            return 0;
        }
        try (var progress = Progress.open(app, false)) {
            new EventFollower(book, progress).until(() -> names == null ? unfinished(ids) : found(ids));
        }
        return 0;
    }

    /** All that are not over, and those that were not when they were last looked at. */
    private List<BuildRecord> unfinished(Set<String> seen) {
        app.builds().in(BuildState.QUEUED, BuildState.RUNNING).forEach(build -> seen.add(build.id()));
        return found(seen);
    }

    private List<BuildRecord> found(Set<String> ids) {
        return ids.stream().flatMap(id -> app.builds().find(id).stream()).toList();
    }
}
