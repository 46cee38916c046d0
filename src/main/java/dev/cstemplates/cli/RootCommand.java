package dev.cstemplates.cli;

import dev.cstemplates.cli.terminal.GlobalOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code cst} itself: what holds for every command. */
@Command(
        name = "cst",
        description = "Builds, tests and publishes operating-system templates for Apache CloudStack.",
        versionProvider = RootCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the build or the check failed",
            "2:wrong usage, or a wrong definition",
            "3:this host lacks something",
            "4:a remote failed: a mirror, CloudStack",
            "130:cancelled"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst list             what can be built",
            "  cst show debian-12   what one template will be like",
            "  cst list --help      what a command does, with examples"
        })
@SuppressWarnings("UnusedVariable") // picocli acts on the annotations of help and version itself.
final class RootCommand {

    @Mixin
    private final GlobalOptions options;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    RootCommand(GlobalOptions options) {
        this.options = options;
    }

    /** Name and version of this tool: {@code cst 0.1.0}. */
    static String version() {
        var version = RootCommand.class.getPackage().getImplementationVersion();
        return "cst " + (version == null ? "development" : version);
    }

    GlobalOptions options() {
        return options;
    }

    /** The version that the jar carries. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {RootCommand.version() + " (Java " + Runtime.version() + ")"};
        }
    }
}
