package dev.cstemplates.cli.cloud;

import dev.cstemplates.cli.App;
import dev.cstemplates.cloudstack.Templates.UserDataPolicy;
import dev.cstemplates.core.Failure;
import dev.cstemplates.publish.Lifecycle;
import dev.cstemplates.publish.Pruned;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that decide which published version users get. */
final class LifecycleCommands {

    private LifecycleCommands() {}

    /** What they have in common. */
    abstract static class Base implements Callable<Integer> {

        final App app;

        @Parameters(
                paramLabel = "ID[@VERSION]",
                description = "One of 'cst publications'. Default: the newest version.")
        private String reference = "";

        @Mixin
        private final CloudOptions options = new CloudOptions();

        Base(App app) {
            this.app = app;
        }

        abstract int run(Lifecycle lifecycle, CloudStackContext.Reference reference);

        @Override
        public Integer call() {
            var named = CloudStackContext.Reference.parse(reference);
            var profile = app.clouds().profiles().find(options.profile());
            var cloud = app.clouds().connect(options.profile(), name(), reference);
            return run(app.clouds().lifecycle(cloud, profile), named);
        }

        private String name() {
            return getClass().getAnnotation(Command.class).name();
        }
    }

    /** {@code cst promote}. */
    @Command(
            name = "promote",
            description = {
                "Makes a published version the one that users get: named, shown and sorted as the profile says, tagged 'latest'.",
                "The version before it stays usable, renamed and no longer featured."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst promote debian-12 --profile prod               the newest that is published",
                "  cst promote debian-12@20261122.1 --profile prod    this one"
            })
    static final class Promote extends Base {

        @Option(names = "--untested", description = "Also without a passed 'cst deploy-test'.")
        private boolean untested;

        Promote(App app) {
            super(app);
        }

        @Override
        int run(Lifecycle lifecycle, CloudStackContext.Reference reference) {
            var chosen = reference.resolved(lifecycle);
            lifecycle.promote(chosen.id(), chosen.version(), !untested);
            app.output().line(chosen + " is the current version.");
            return 0;
        }
    }

    /** {@code cst rollback}. */
    @Command(
            name = "rollback",
            description = {
                "Makes the version before the current one current again; the current one becomes private.",
                "A rollback that was interrupted is finished, not done twice."
            },
            footerHeading = "%nExample:%n",
            footer = "  cst rollback debian-12 --profile prod")
    static final class Rollback extends Base {

        Rollback(App app) {
            super(app);
        }

        @Override
        int run(Lifecycle lifecycle, CloudStackContext.Reference reference) {
            if (!reference.version().isEmpty()) {
                throw Failure.usage(
                        "A rollback goes to the version before the current one",
                        "To choose a version, promote it: 'cst promote " + reference + "'.");
            }
            lifecycle.rollBack(reference.id());
            app.output().line(reference.id() + " is rolled back.");
            return 0;
        }
    }

    /** {@code cst retire}. */
    @Command(
            name = "retire",
            description =
                    "Takes a published version out of use: private from now on, and deleted by the next 'cst prune'.",
            footerHeading = "%nExample:%n",
            footer = "  cst retire debian-12@20261122.1 --profile prod")
    static final class Retire extends Base {

        Retire(App app) {
            super(app);
        }

        @Override
        int run(Lifecycle lifecycle, CloudStackContext.Reference reference) {
            if (reference.version().isEmpty()) {
                throw Failure.usage("No version is named", "Name one: 'cst retire " + reference + "@VERSION'.");
            }
            lifecycle.retire(reference.id(), reference.version());
            app.output().line(reference + " is retired.");
            return 0;
        }
    }

    /** {@code cst prune}. */
    @Command(
            name = "prune",
            description = {
                "Deletes old published versions of a template. The current one stays, and the newest ones that are not retired.",
                "Nothing that an instance uses is ever deleted."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst prune debian-12 --profile prod --keep 2 --unused",
                "  cst prune debian-12 --profile prod --keep 2 --dry-run"
            })
    public static final class Prune extends Base {

        @Option(names = "--keep", required = true, paramLabel = "N", description = "Versions to keep, the newest ones.")
        private int keep;

        @Option(names = "--unused", description = "Leave versions that instances use. Without it they are an error.")
        private boolean unused;

        @Option(names = "--dry-run", description = "Tell what would go, and delete nothing.")
        private boolean dryRun;

        @Option(names = "--json", description = "Print an array of objects.")
        private boolean json;

        public Prune(App app) {
            super(app);
        }

        @Override
        int run(Lifecycle lifecycle, CloudStackContext.Reference reference) {
            if (keep < 0) {
                throw Failure.usage("--keep must not be negative, was " + keep, "");
            }
            var pruned = lifecycle.prune(reference.id(), keep, unused || dryRun, dryRun);
            if (json) {
                app.output().json(pruned.stream().map(Prune::fields).toList());
            } else if (pruned.isEmpty()) {
                app.output().line("There is nothing to delete.");
            } else {
                pruned.forEach(each -> app.output()
                        .line(each.name() + ": " + (each.isDeleted() ? "deleted" : "left, " + each.reason())));
            }
            return 0;
        }

        private static Map<String, Object> fields(Pruned each) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("template", each.template());
            fields.put("name", each.name());
            fields.put("deleted", each.isDeleted());
            fields.put("reason", each.reason());
            return fields;
        }
    }

    /** {@code cst share}. */
    @Command(
            name = "share",
            description = "Lets accounts and projects use a published version that is private, or no longer.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst share debian-12 --profile prod --account alice,bob",
                "  cst share debian-12 --profile prod --project 4f1c… --revoke"
            })
    static final class Share extends Base {

        @Option(
                names = "--account",
                split = ",",
                paramLabel = "NAME",
                description = "Accounts of the template owner's domain.")
        private List<String> accounts = List.of();

        @Option(names = "--project", split = ",", paramLabel = "ID", description = "Projects.")
        private List<String> projects = List.of();

        @Option(names = "--revoke", description = "No longer.")
        private boolean revoke;

        Share(App app) {
            super(app);
        }

        @Override
        int run(Lifecycle lifecycle, CloudStackContext.Reference reference) {
            if (accounts.isEmpty() && projects.isEmpty()) {
                throw Failure.usage("Neither accounts nor projects are named", "Use --account or --project.");
            }
            var chosen = reference.resolved(lifecycle);
            lifecycle.share(chosen.id(), chosen.version(), !revoke, accounts, projects);
            app.output().line(chosen + " is " + (revoke ? "no longer " : "") + "shared.");
            return 0;
        }
    }

    /** {@code cst user-data}. */
    @Command(
            name = "user-data",
            description = "Gives all instances of a published version user-data that is registered in CloudStack.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst user-data debian-12 --profile prod --name site-defaults --policy APPEND",
                "  cst user-data debian-12 --profile prod --none"
            })
    static final class UserData extends Base {

        @Option(names = "--name", paramLabel = "NAME", description = "Name or id of registered user-data.")
        private @Nullable String name;

        @Option(names = "--none", description = "Take it away.")
        private boolean none;

        @Option(
                names = "--policy",
                paramLabel = "POLICY",
                description = "What becomes of an instance's own: ALLOWOVERRIDE (default), APPEND, DENYOVERRIDE.")
        private UserDataPolicy policy = UserDataPolicy.ALLOWOVERRIDE;

        UserData(App app) {
            super(app);
        }

        @Override
        int run(Lifecycle lifecycle, CloudStackContext.Reference reference) {
            if (none == (name != null)) {
                throw Failure.usage("Exactly one of --name and --none is needed", "");
            }
            var chosen = reference.resolved(lifecycle);
            lifecycle.linkUserData(chosen.id(), chosen.version(), name, policy);
            app.output().line(chosen + (none ? " has no user-data." : " has user-data " + name + "."));
            return 0;
        }
    }
}
