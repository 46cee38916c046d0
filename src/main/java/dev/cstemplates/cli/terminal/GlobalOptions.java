package dev.cstemplates.cli.terminal;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options of every command; picocli fills them in before a command runs. */
public final class GlobalOptions {

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where cst keeps its builds and templates. Default: $CST_HOME, else ~/.local/share/cst.")
    private @Nullable Path home;

    @Option(
            names = "--database",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = {
                "Where builds are queued and remembered: jdbc:postgresql://HOST/NAME?user=USER for several hosts.",
                "Default: $CST_DATABASE, else a file of this host."
            })
    private @Nullable String database;

    @Option(
            names = "--layer-store",
            paramLabel = "PLACE",
            scope = ScopeType.INHERIT,
            description = {
                "Where several hosts share layers: a folder that all mount, or s3://BUCKET/PREFIX[?endpoint=URL][&region=R].",
                "Default: $CST_LAYER_STORE, else none."
            })
    private @Nullable String layerStore;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show where in the program an error arose, for a bug report.")
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

    boolean stacktrace() {
        return stacktrace;
    }
}
