package dev.cstemplates.cli.build;

import dev.cstemplates.engine.Budget;
import dev.cstemplates.engine.BuildEvent;
import dev.cstemplates.engine.Worker;
import dev.cstemplates.pipeline.request.BuildRequest;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.util.function.Consumer;
import java.util.function.Function;

/** Creates this process's worker. */
@FunctionalInterface
public interface WorkerFactory {

    /**
     * A worker that is not started yet.
     *
     * @param resolver resolves requests for this host
     * @param progress shows the events of its builds
     */
    Worker create(
            Worker.Settings settings,
            Budget budget,
            Function<BuildRequest, ResolvedBuild> resolver,
            Consumer<BuildEvent> progress);
}
