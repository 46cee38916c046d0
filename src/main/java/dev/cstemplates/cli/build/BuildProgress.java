/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.engine.BuildEvent;
import java.util.function.Consumer;

/** Shows the events of builds to the user. Closing it restores the terminal. */
interface BuildProgress extends Consumer<BuildEvent>, AutoCloseable {

    @Override
    void close();
}
