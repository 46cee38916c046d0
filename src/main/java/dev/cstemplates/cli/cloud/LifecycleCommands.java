/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.cloud;

import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.cli.terminal.FormerName;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.cloudstack.Templates.UserDataPolicy;
import dev.cstemplates.core.Failure;
import dev.cstemplates.publish.Lifecycle;
import dev.cstemplates.publish.Pruned;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that manage which published version users see. */
final class LifecycleCommands {

    private LifecycleCommands() {}

    /** Options of all these commands. */
    abstract static class Base implements Callable<Integer> {

        final Output output;
        private final Supplier<CloudStackContext> clouds;

        @Parameters(paramLabel = "ID[@VERSION]", description = "One of 'cst publications list'.")
        private String reference = "";

        @Mixin
        private final CloudOptions options = new CloudOptions();

        @Option(names = "--dry-run", description = "Print the steps, and change nothing.")
        boolean isDry;

        Base(Output output, Supplier<CloudStackContext> clouds) {
            this.output = output;
            this.clouds = clouds;
        }

        abstract int run(Lifecycle lifecycle, VersionReference reference);

        @Override
        public Integer call() {
            var named = VersionReference.parse(reference, architecture());
            var profile = clouds.get().profiles().find(options.profile());
            var cloud = clouds.get().connect(options.profile(), name(), reference);
            clouds.get().removeAbandonedTests(cloud, options.profile());
            return run(clouds.get().lifecycle(cloud, profile, isDry), named);
        }

        /** Prints what was done, unless nothing was. */
        void done(String message) {
            if (!isDry) {
                output.line(message);
            }
        }

        /** As the user named it; null for any. */
        @Nullable
        String architecture() {
            return null;
        }

        private String name() {
            return getClass().getAnnotation(Command.class).name();
        }
    }

    /** Commands that choose a default version. */
    abstract static class OnVersion extends Base {

        /** The default choice, for help texts. */
        static final String DEFAULT =
                "Without @VERSION the newest version that was neither rolled back nor retired, over all hypervisors:"
                        + " for this host's architecture if it is published, else for the only published one.";

        @Option(
                names = "--arch",
                paramLabel = "ARCH",
                description = "Only templates for this architecture: x86_64 or aarch64.")
        private @Nullable String arch;

        OnVersion(Output output, Supplier<CloudStackContext> clouds) {
            super(output, clouds);
        }

        @Override
        @Nullable
        String architecture() {
            return arch;
        }

        abstract void runOn(Lifecycle lifecycle, VersionReference version);

        @Override
        int run(Lifecycle lifecycle, VersionReference reference) {
            runOn(lifecycle, lifecycle.resolve(reference, null));
            return 0;
        }
    }

    /** {@code cst promote}. */
    @Command(
            name = "promote",
            description = {
                "Makes a published version the current one: named, visible and sorted as the profile says, tagged"
                        + " 'latest'.",
                "The former version remains available, renamed and no longer featured. A hypervisor that the version"
                        + " is not published for keeps its current version; the output lists them.",
                OnVersion.DEFAULT
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst promote debian-12 --profile prod               the newest published version",
                "  cst promote debian-12@20261122.1 --profile prod    a certain version"
            })
    static final class Promote extends OnVersion {

        @FormerName("--untested")
        @Option(names = "--skip-tests", description = "Promote without a passed 'cst deploy-test'.")
        private boolean skipTests;

        @Option(
                names = "--ready-zones-only",
                description = "Promote although it is not ready in some zones: these have no current version then."
                        + " Default: an error.")
        private boolean readyZonesOnly;

        Promote(Output output, Supplier<CloudStackContext> clouds) {
            super(output, clouds);
        }

        @Override
        void runOn(Lifecycle lifecycle, VersionReference version) {
            lifecycle.promote(version, new Lifecycle.PromotionRules(!skipTests, readyZonesOnly));
            done(version + " is the current version.");
        }
    }

    /** {@code cst rollback}. */
    @Command(
            name = "rollback",
            description = {
                "Takes back the last promotion: wherever the last promoted version is current, it becomes"
                        + " private and the previous version is current again. A hypervisor without an earlier version"
                        + " keeps its current one.",
                "Run it again to complete an interrupted rollback."
            },
            footerHeading = "%nExample:%n",
            footer = "  cst rollback debian-12 --profile prod")
    static final class Rollback extends Base {

        Rollback(Output output, Supplier<CloudStackContext> clouds) {
            super(output, clouds);
        }

        @Override
        int run(Lifecycle lifecycle, VersionReference reference) {
            if (reference.hasVersion()) {
                throw Failure.usage(
                        "'cst rollback' accepts no version: it restores the previous one",
                        "To choose a certain version, promote it: 'cst promote " + reference + "'.");
            }
            lifecycle.rollBack(reference.id());
            done(reference.id() + " was rolled back.");
            return 0;
        }
    }

    /** {@code cst retire}. */
    @Command(
            name = "retire",
            description =
                    "Withdraws a published version: it becomes private, all its shares are revoked, and it is deleted"
                            + " by the next 'cst publications prune'.",
            footerHeading = "%nExample:%n",
            footer = "  cst retire debian-12@20261122.1 --profile prod")
    static final class Retire extends Base {

        Retire(Output output, Supplier<CloudStackContext> clouds) {
            super(output, clouds);
        }

        @Override
        int run(Lifecycle lifecycle, VersionReference reference) {
            if (!reference.hasVersion()) {
                throw Failure.usage("Missing version", "Name one: 'cst retire " + reference + "@VERSION'.");
            }
            lifecycle.retire(reference);
            done(reference + " was retired.");
            return 0;
        }
    }

    /** {@code cst publications prune}. */
    @FormerName("prune")
    @Command(
            name = "prune",
            description = {
                "Deletes old published versions of a template. The current one stays, and the newest ones that are not"
                        + " retired.",
                "Versions in use by instances are never deleted."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst publications prune debian-12 --profile prod --keep 2 --unused",
                "  cst publications prune debian-12 --profile prod --keep 2 --dry-run"
            })
    public static final class Prune extends Base {

        @Option(names = "--keep", required = true, paramLabel = "N", description = "Number of newest versions to keep.")
        private int keep;

        @Option(names = "--unused", description = "Skip versions in use. Default: they are an error.")
        private boolean unused;

        @Option(names = "--json", description = "Print an array of objects.")
        private boolean json;

        public Prune(Output output, Supplier<CloudStackContext> clouds) {
            super(output, clouds);
        }

        @Override
        int run(Lifecycle lifecycle, VersionReference reference) {
            if (keep < 0) {
                throw Failure.usage("Invalid --keep " + keep, "Use a number from 0.");
            }
            var pruned = lifecycle.prune(reference.id(), keep, unused || isDry);
            if (json) {
                output.json(pruned.stream().map(Prune::fields).toList());
            } else if (pruned.isEmpty()) {
                output.line("Nothing to delete.");
            } else {
                pruned.forEach(each ->
                        output.line(each.name() + ": " + (each.isDeleted() ? "deleted" : "kept, " + each.reason())));
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
            description = {
                "Shares a private published version with accounts and projects, for all hypervisors; --revoke withdraws"
                        + " that.",
                OnVersion.DEFAULT
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst share debian-12 --profile prod --account alice,bob",
                "  cst share debian-12 --profile prod --project 4f1c… --revoke"
            })
    static final class Share extends OnVersion {

        @Option(
                names = "--account",
                split = ",",
                paramLabel = "NAME",
                description = "Accounts of the template owner's domain.")
        private List<String> accounts = List.of();

        @Option(names = "--project", split = ",", paramLabel = "ID", description = "Ids of projects.")
        private List<String> projects = List.of();

        @Option(names = "--revoke", description = "Withdraw the permission.")
        private boolean revoke;

        Share(Output output, Supplier<CloudStackContext> clouds) {
            super(output, clouds);
        }

        @Override
        int run(Lifecycle lifecycle, VersionReference reference) {
            if (accounts.isEmpty() && projects.isEmpty()) {
                throw Failure.usage("Missing accounts or projects", "Name them with --account or --project.");
            }
            return super.run(lifecycle, reference);
        }

        @Override
        void runOn(Lifecycle lifecycle, VersionReference version) {
            lifecycle.share(version, !revoke, accounts, projects);
            done(version + " is " + (revoke ? "no longer " : "") + "shared.");
        }
    }

    /** {@code cst user-data}. */
    @Command(
            name = "user-data",
            description = {
                "Links user-data that is registered in CloudStack to a published version, for all its new instances.",
                OnVersion.DEFAULT
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst user-data debian-12 --profile prod --name site-defaults --policy APPEND",
                "  cst user-data debian-12 --profile prod --none"
            })
    static final class UserData extends OnVersion {

        @Option(names = "--name", paramLabel = "NAME", description = "Name or id of registered user-data.")
        private @Nullable String name;

        @Option(names = "--none", description = "Remove the link.")
        private boolean none;

        @Option(
                names = "--policy",
                paramLabel = "POLICY",
                description =
                        "How to treat an instance's own user-data: ALLOWOVERRIDE (default), APPEND, DENYOVERRIDE.")
        private UserDataPolicy policy = UserDataPolicy.ALLOWOVERRIDE;

        UserData(Output output, Supplier<CloudStackContext> clouds) {
            super(output, clouds);
        }

        @Override
        int run(Lifecycle lifecycle, VersionReference reference) {
            if (none == (name != null)) {
                throw Failure.usage(
                        "Exactly one of --name and --none is required",
                        "Use --name NAME to link user-data, --none to remove the link.");
            }
            return super.run(lifecycle, reference);
        }

        @Override
        void runOn(Lifecycle lifecycle, VersionReference version) {
            lifecycle.linkUserData(version, name, policy);
            done(version + (none ? " has no user-data." : " has user-data " + name + "."));
        }
    }
}
