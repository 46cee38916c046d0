package dev.cstemplates.cli.cloud;

import dev.cstemplates.cli.App;
import picocli.CommandLine;

/** The commands about CloudStack. */
public final class CloudCommands {

    private CloudCommands() {}

    public static void addTo(CommandLine root, App app) {
        root.addSubcommand(new CommandLine(new ProfileCommand())
                .addSubcommand(new ProfileCommand.Add(app))
                .addSubcommand(new ProfileCommand.ListProfiles(app))
                .addSubcommand(new ProfileCommand.Test(app))
                .addSubcommand(new ProfileCommand.Remove(app)));
        root.addSubcommand(new PublishCommand(app));
        root.addSubcommand(new PublicationsCommand(app));
        root.addSubcommand(new DeployTestCommand(app));
        root.addSubcommand(new LifecycleCommands.Promote(app));
        root.addSubcommand(new LifecycleCommands.Rollback(app));
        root.addSubcommand(new LifecycleCommands.Retire(app));
        root.addSubcommand(new LifecycleCommands.Prune(app));
        root.addSubcommand(new LifecycleCommands.Share(app));
        root.addSubcommand(new LifecycleCommands.UserData(app));
        root.addSubcommand(new DeliverCommand(app.output(), app::artifacts, app::clouds));
    }
}
