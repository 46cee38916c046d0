package dev.cstemplates.cli.cloud;

import dev.cstemplates.cli.App;
import dev.cstemplates.cloudstack.CallListener;
import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.core.Failure;
import dev.cstemplates.publish.ProfileCheck;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst profile}. */
@Command(
        name = "profile",
        description =
                "The CloudStacks that templates are published to: where they are and how templates are kept in them.",
        synopsisSubcommandLabel = "COMMAND")
final class ProfileCommand {

    /** {@code cst profile add}. */
    @Command(
            name = "add",
            description = {
                "Makes a profile, or takes one from a file. It names where the keys are and never holds them.",
                "configs/cloudstack/example.yaml explains every field; the profile is a file of its own in"
                        + " $CST_HOME/profiles."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst profile add prod --endpoint https://cloud.example.org/client/api",
                "                        keys from $CST_API_KEY and $CST_SECRET_KEY",
                "  cst profile add prod --from prod.yaml"
            })
    static final class Add implements Callable<Integer> {

        private final App app;

        @Parameters(paramLabel = "NAME", description = "What to call it.")
        private String name = "";

        @Option(names = "--endpoint", paramLabel = "URL", description = "The API's address.")
        private @Nullable URI endpoint;

        @Option(names = "--from", paramLabel = "FILE", description = "A finished profile.")
        private @Nullable Path from;

        Add(App app) {
            this.app = app;
        }

        @Override
        public Integer call() {
            app.clouds().profiles().add(name, text());
            app.output()
                    .line("Added " + name + ": try it with 'cst profile test " + name + "', change it in "
                            + app.home().root().resolve("profiles/" + name + ".yaml"));
            return 0;
        }

        private String text() {
            if (from != null) {
                try {
                    return Files.readString(from);
                } catch (IOException e) {
                    throw Failure.usage(from + " can't be read: " + e, "Name a profile's file.")
                            .because(e);
                }
            }
            if (endpoint == null) {
                throw Failure.usage("There is neither --endpoint nor --from", "Name the API's address or a file.");
            }
            return "endpoint: \"" + endpoint
                    + "\"\ncredentials:\n  environment: {apiKey: CST_API_KEY, secretKey: CST_SECRET_KEY}\n";
        }
    }

    /** {@code cst profile list}. */
    @Command(
            name = "list",
            description = "Lists the profiles.",
            footerHeading = "%nExample:%n",
            footer = "  cst profile list --json")
    static final class ListProfiles implements Callable<Integer> {

        private final App app;

        @Option(names = "--json", description = "Print an array of objects.")
        private boolean json;

        ListProfiles(App app) {
            this.app = app;
        }

        @Override
        public Integer call() {
            var profiles = app.clouds().profiles();
            var rows = new ArrayList<List<String>>();
            for (var name : profiles.names()) {
                var profile = profiles.find(name);
                rows.add(List.of(name, profile.endpoint().toString()));
            }
            if (json) {
                app.output()
                        .json(rows.stream()
                                .map(row -> Map.of("name", row.getFirst(), "endpoint", row.getLast()))
                                .toList());
            } else if (rows.isEmpty()) {
                app.output().line("There are no profiles yet: make one with 'cst profile add NAME --endpoint URL'.");
            } else {
                app.output().table(List.of("profile", "endpoint"), rows);
            }
            return 0;
        }
    }

    /** {@code cst profile test}. */
    @Command(
            name = "test",
            description = {
                "Tries a profile: who its keys belong to, and which of the calls that cst makes the account's role may"
                        + " not make.",
                "Ends with exit code 1 when something is missing. Nothing is changed."
            },
            footerHeading = "%nExample:%n",
            footer = "  cst profile test prod")
    static final class Test implements Callable<Integer> {

        private final App app;

        @Parameters(paramLabel = "NAME", description = "One of 'cst profile list'.")
        private String name = "";

        @Option(names = "--json", description = "Print one object.")
        private boolean json;

        Test(App app) {
            this.app = app;
        }

        @Override
        public Integer call() {
            var profiles = app.clouds().profiles();
            var profile = profiles.find(name);
            var cloud = CloudStack.at(profiles.connection(profile), profiles.credentials(profile), CallListener.NONE);
            var result = new ProfileCheck(cloud).run(profile);
            if (json) {
                app.output().json(fields(result));
            } else {
                tell(result);
            }
            return result.missing().isEmpty() && result.problems().isEmpty() ? 0 : Failure.Kind.BUILD.exitCode();
        }

        private void tell(ProfileCheck.ProfileReport result) {
            app.output()
                    .facts(List.of(
                            List.of("account", result.account() + " in " + result.domain() + ", role " + result.role()),
                            List.of("CloudStack", result.version().isEmpty() ? "hides its version" : result.version()),
                            List.of("rate limit", result.rateLimit().isEmpty() ? "none" : result.rateLimit()),
                            List.of("zones", String.join(", ", result.zones()))));
            result.problems().forEach(problem -> app.output().line("wrong: " + problem));
            result.missing()
                    .forEach((purpose, calls) ->
                            app.output().line("the role may not: " + purpose + " (" + String.join(", ", calls) + ")"));
            if (result.missing().isEmpty() && result.problems().isEmpty()) {
                app.output().line("The role may make every call that cst makes.");
            }
        }

        private static Map<String, Object> fields(ProfileCheck.ProfileReport result) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("account", result.account());
            fields.put("domain", result.domain());
            fields.put("role", result.role());
            fields.put("version", result.version());
            fields.put("rateLimit", result.rateLimit());
            fields.put("zones", result.zones());
            fields.put("missing", result.missing());
            fields.put("problems", result.problems());
            return fields;
        }
    }

    /** {@code cst profile remove}. */
    @Command(
            name = "remove",
            description = "Removes a profile from this host. Nothing in its CloudStack is touched.",
            footerHeading = "%nExample:%n",
            footer = "  cst profile remove prod")
    static final class Remove implements Callable<Integer> {

        private final App app;

        @Parameters(paramLabel = "NAME", description = "One of 'cst profile list'.")
        private String name = "";

        Remove(App app) {
            this.app = app;
        }

        @Override
        public Integer call() {
            app.clouds().profiles().remove(name);
            app.output().line("Removed " + name + ".");
            return 0;
        }
    }
}
