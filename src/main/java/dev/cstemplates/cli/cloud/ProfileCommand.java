/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.cloud;

import dev.cstemplates.cli.terminal.Output;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst profile}. */
@Command(
        name = "profile",
        description = "Manages CloudStack endpoints and how templates are published to them.",
        synopsisSubcommandLabel = "COMMAND")
final class ProfileCommand {

    /** {@code cst profile add}. */
    @Command(
            name = "add",
            description = {
                "Creates a profile, or copies one from a file. It says where the keys are, and never contains them.",
                "configs/cloudstack/example.yaml explains every key. Profiles are files in $CST_HOME/profiles."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst profile add prod --endpoint https://cloud.example.org/client/api",
                "                        keys from $CST_API_KEY and $CST_SECRET_KEY",
                "  cst profile add prod --from prod.yaml"
            })
    static final class Add implements Callable<Integer> {

        private final Output output;
        private final Supplier<CloudStackContext> clouds;

        @Parameters(paramLabel = "NAME", description = "Name of the new profile.")
        private String name = "";

        @Option(names = "--endpoint", paramLabel = "URL", description = "The API's address.")
        private @Nullable URI endpoint;

        @Option(names = "--from", paramLabel = "FILE", description = "A complete profile.")
        private @Nullable Path from;

        Add(Output output, Supplier<CloudStackContext> clouds) {
            this.output = output;
            this.clouds = clouds;
        }

        @Override
        public Integer call() {
            clouds.get().profiles().add(name, text());
            output.line(
                    "Added " + clouds.get().profiles().file(name) + ". Check it with 'cst profile test " + name + "'.");
            return 0;
        }

        private String text() {
            if (from != null) {
                try {
                    return Files.readString(from);
                } catch (IOException e) {
                    throw Failure.usage("Cannot read " + from + ": " + e, "Name a profile's file.")
                            .because(e);
                }
            }
            if (endpoint == null) {
                throw Failure.usage(
                        "Missing option: --endpoint or --from", "Name the API's address or a profile's file.");
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

        private final Output output;
        private final Supplier<CloudStackContext> clouds;

        @Option(names = "--json", description = "Print an array of objects.")
        private boolean json;

        ListProfiles(Output output, Supplier<CloudStackContext> clouds) {
            this.output = output;
            this.clouds = clouds;
        }

        @Override
        public Integer call() {
            var profiles = clouds.get().profiles();
            var rows = new ArrayList<ProfileRow>();
            for (var name : profiles.names()) {
                try {
                    rows.add(new ProfileRow(name, profiles.find(name).endpoint().toString(), ""));
                } catch (Failure e) {
                    rows.add(new ProfileRow(name, "", e.message()));
                }
            }
            if (json) {
                output.json(rows.stream()
                        .map(row -> Map.of("name", row.name(), "endpoint", row.endpoint(), "error", row.error()))
                        .toList());
            } else if (rows.isEmpty()) {
                output.line("No profiles yet. Create one with 'cst profile add NAME --endpoint URL'.");
            } else {
                output.table(
                        List.of("profile", "endpoint"),
                        rows.stream()
                                .map(row -> List.of(row.name(), row.error().isEmpty() ? row.endpoint() : "(invalid)"))
                                .toList());
            }
            rows.stream().filter(row -> !row.error().isEmpty()).forEach(row -> output.warning(row.error()));
            return 0;
        }

        /** A profile's endpoint, or why its file cannot be used. */
        private record ProfileRow(String name, String endpoint, String error) {}
    }

    /** {@code cst profile test}. */
    @Command(
            name = "test",
            description = {
                "Tests a profile: shows the account its keys belong to, and which of cst's calls the account's role"
                        + " does not allow.",
                "Exits with 1 if a permission is missing or a value is invalid. Changes nothing."
            },
            footerHeading = "%nExample:%n",
            footer = "  cst profile test prod")
    static final class Test implements Callable<Integer> {

        private final Output output;
        private final Supplier<CloudStackContext> clouds;

        @Parameters(paramLabel = "NAME", description = "One of 'cst profile list'.")
        private String name = "";

        @Option(names = "--json", description = "Print one object.")
        private boolean json;

        Test(Output output, Supplier<CloudStackContext> clouds) {
            this.output = output;
            this.clouds = clouds;
        }

        @Override
        public Integer call() {
            var profiles = clouds.get().profiles();
            var profile = profiles.find(name);
            var cloud = CloudStack.at(profiles.connection(profile), profiles.credentials(profile), CallListener.NONE);
            var result = new ProfileCheck(cloud).run(profile);
            if (json) {
                output.json(fields(result));
            } else {
                print(result);
            }
            return result.missing().isEmpty() && result.problems().isEmpty() ? 0 : Failure.Kind.BUILD.exitCode();
        }

        private void print(ProfileCheck.ProfileReport result) {
            output.facts(List.of(
                    List.of("account", account(result)),
                    List.of("CloudStack", result.version().isEmpty() ? "version unknown" : result.version()),
                    List.of("rate limit", result.rateLimit().isEmpty() ? "none" : result.rateLimit()),
                    List.of("zones", String.join(", ", result.zones()))));
            result.problems().forEach(problem -> output.line("error: " + problem));
            result.limits().forEach(limit -> output.line("note: " + limit));
            result.missing()
                    .forEach((purpose, calls) ->
                            output.line("not allowed: " + purpose + " (" + String.join(", ", calls) + ")"));
            if (result.missing().isEmpty() && result.problems().isEmpty()) {
                output.line("The role allows every call that cst makes.");
            }
        }

        private static String account(ProfileCheck.ProfileReport result) {
            return result.account().isEmpty()
                    ? "unknown: the server does not show the API key's owner"
                    : result.account() + " in " + result.domain() + ", role " + result.role();
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
            fields.put("limits", result.limits());
            return fields;
        }
    }

    /** {@code cst profile remove}. */
    @Command(
            name = "remove",
            description = "Removes a profile from this host. Changes nothing in CloudStack.",
            footerHeading = "%nExample:%n",
            footer = "  cst profile remove prod")
    static final class Remove implements Callable<Integer> {

        private final Output output;
        private final Supplier<CloudStackContext> clouds;

        @Parameters(paramLabel = "NAME", description = "One of 'cst profile list'.")
        private String name = "";

        Remove(Output output, Supplier<CloudStackContext> clouds) {
            this.output = output;
            this.clouds = clouds;
        }

        @Override
        public Integer call() {
            clouds.get().profiles().remove(name);
            output.line("Removed " + name + ".");
            return 0;
        }
    }
}
