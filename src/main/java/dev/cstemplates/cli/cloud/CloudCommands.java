package dev.cstemplates.cli.cloud;

import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.cli.terminal.Output;
import java.time.Clock;
import java.util.function.Supplier;
import picocli.CommandLine;

/** Adds the CloudStack commands. */
public final class CloudCommands {

    private CloudCommands() {}

    /** Adds the commands to {@code root}. */
    public static void addTo(
            CommandLine root,
            Output output,
            Supplier<Catalog> catalog,
            Supplier<ArtifactStore> artifacts,
            Supplier<PublishService> publishing,
            Supplier<CloudStackContext> clouds,
            Clock clock) {
        root.addSubcommand(new CommandLine(new ProfileCommand())
                .addSubcommand(new ProfileCommand.Add(output, clouds))
                .addSubcommand(new ProfileCommand.ListProfiles(output, clouds))
                .addSubcommand(new ProfileCommand.Test(output, clouds))
                .addSubcommand(new ProfileCommand.Remove(output, clouds)));
        root.addSubcommand(new PublishCommand(output, artifacts, publishing, clouds));
        root.addSubcommand(new CommandLine(new PublicationsCommand(output, artifacts, clock, clouds))
                .addSubcommand("list", new PublicationsCommand(output, artifacts, clock, clouds))
                .addSubcommand(new LifecycleCommands.Prune(output, clouds)));
        root.addSubcommand(new DeployTestCommand(output, catalog, clouds));
        root.addSubcommand(new LifecycleCommands.Promote(output, clouds));
        root.addSubcommand(new LifecycleCommands.Rollback(output, clouds));
        root.addSubcommand(new LifecycleCommands.Retire(output, clouds));
        root.addSubcommand(new LifecycleCommands.Share(output, clouds));
        root.addSubcommand(new LifecycleCommands.UserData(output, clouds));
        root.addSubcommand(new DeliverCommand(output, artifacts, clouds));
    }
}
