/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.terminal;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options of every command, set by picocli before a command runs. */
public final class GlobalOptions {

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Directory for builds and templates. Default: $CST_HOME, else ~/.local/share/cst.")
    private @Nullable Path home;

    @Option(
            names = "--database",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = {
                "Database for the build queue and history: jdbc:postgresql://HOST/NAME?user=USER for several hosts;"
                        + " the password is read from the file $PGPASSFILE.",
                "Default: $CST_DATABASE, else a file in --home."
            })
    private @Nullable String database;

    @Option(
            names = "--layer-store",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = {
                "Layers shared by several hosts: a mounted directory, or s3://BUCKET/PREFIX[?endpoint=URL][&region=R].",
                "Default: $CST_LAYER_STORE, else none."
            })
    private @Nullable String layerStore;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Print the stack trace of an error, for a bug report.")
    private boolean stacktrace;

    public @Nullable Path home() {
        return home;
    }

    public @Nullable String database() {
        return database;
    }

    public @Nullable String layerStore() {
        return layerStore;
    }

    public boolean stacktrace() {
        return stacktrace;
    }
}
