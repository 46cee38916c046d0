package dev.cstemplates.cli;

import dev.cstemplates.cli.terminal.GlobalOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code cst} itself: the options of every command. */
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
            "1:a build or check failed",
            "2:wrong usage, or an invalid definition",
            "3:this host is missing a tool, memory or disk space",
            "4:a remote system failed: a mirror or CloudStack",
            "130:cancelled"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst list             list all templates",
            "  cst show debian-12   show how one template is built",
            "  cst list --help      show the help of a command, with examples"
        })
@SuppressWarnings("UnusedVariable") // picocli reads these fields.
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

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {RootCommand.version() + " (Java " + Runtime.version() + ")"};
        }
    }
}
