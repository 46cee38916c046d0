package dev.cstemplates.cli.cloud;

import dev.cstemplates.cli.App;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The commands about CloudStack. */
public final class CloudCommands {

    private CloudCommands() {}

    public static void addTo(CommandLine root, App app) {
        var output = app.output();
        Supplier<CloudStackContext> clouds = app::clouds;
        root.addSubcommand(new CommandLine(new ProfileCommand())
                .addSubcommand(new ProfileCommand.Add(output, clouds))
                .addSubcommand(new ProfileCommand.ListProfiles(output, clouds))
                .addSubcommand(new ProfileCommand.Test(output, clouds))
                .addSubcommand(new ProfileCommand.Remove(output, clouds)));
        root.addSubcommand(new PublishCommand(output, app::artifacts, app::publishing, clouds));
        root.addSubcommand(new CommandLine(new PublicationsCommand(output, app::artifacts, app.clock(), clouds))
                .addSubcommand(new LifecycleCommands.Prune(output, clouds)));
        root.addSubcommand(new DeployTestCommand(output, app::catalog, clouds));
        root.addSubcommand(new LifecycleCommands.Promote(output, clouds));
        root.addSubcommand(new LifecycleCommands.Rollback(output, clouds));
        root.addSubcommand(new LifecycleCommands.Retire(output, clouds));
        root.addSubcommand(new LifecycleCommands.Share(output, clouds));
        root.addSubcommand(new LifecycleCommands.UserData(output, clouds));
        root.addSubcommand(new DeliverCommand(output, app::artifacts, clouds));
    }
}
