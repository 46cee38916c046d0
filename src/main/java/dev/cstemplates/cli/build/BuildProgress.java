package dev.cstemplates.cli.build;

import dev.cstemplates.pipeline.BuildEvent;
import java.util.function.Consumer;

/** Shows builds to whoever waits for them. Closing it leaves the terminal as it was. */
interface BuildProgress extends Consumer<BuildEvent>, AutoCloseable {

    @Override
    void close();
}
