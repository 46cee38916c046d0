/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.cloud;

import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.cli.terminal.ProgressLine;
import dev.cstemplates.cli.terminal.ShutdownHook;
import dev.cstemplates.core.Failure;
import dev.cstemplates.publish.DeployTest;
import dev.cstemplates.publish.PollingPolicy;
import dev.cstemplates.publish.Profile;
import dev.cstemplates.publish.Published;
import dev.cstemplates.publish.SshRoute;
import dev.cstemplates.publish.TestResourceCleanup;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst deploy-test}. */
@Command(
        name = "deploy-test",
        description = {
            "Deploys an instance from a published version in the profile's test network and checks the features that"
                    + " CloudStack offers: SSH key, user-data, hostname, grown disk, guest agent and passwords, within"
                    + " five minutes. The instance is always destroyed and expunged.",
            LifecycleCommands.OnVersion.DEFAULT + " With --hypervisor, the newest version for that one.",
            "A version that passes can be promoted. --sweep removes the leftovers of killed tests."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst deploy-test debian-12 --profile prod",
            "  cst deploy-test debian-12@20261122.1 --profile prod --hypervisor kvm",
            "  cst deploy-test --profile prod --sweep"
        })
final class DeployTestCommand implements Callable<Integer> {

    /** To destroy and expunge an instance, with a server that is slow. */
    private static final Duration TO_CLEAN_UP = Duration.ofMinutes(10);

    private final Output output;
    private final Supplier<Catalog> catalog;
    private final Supplier<CloudStackContext> clouds;

    @Parameters(paramLabel = "ID[@VERSION]", arity = "0..1", description = "One of 'cst publications list'.")
    private @Nullable String reference;

    @Mixin
    private final CloudOptions options = new CloudOptions();

    @Option(names = "--hypervisor", paramLabel = "H", description = "Only templates for this hypervisor.")
    private @Nullable String hypervisor;

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description = "Only templates for this architecture: x86_64 or aarch64.")
    private @Nullable String arch;

    @Option(names = "--user", paramLabel = "USER", description = "Log in as this user. Default: the definition's.")
    private @Nullable String user;

    @Option(names = "--sweep", description = "Remove instances and keys of tests that began more than two hours ago.")
    private boolean sweep;

    @Option(names = "--json", description = "Print an array of objects.")
    private boolean json;

    DeployTestCommand(Output output, Supplier<Catalog> catalog, Supplier<CloudStackContext> clouds) {
        this.output = output;
        this.catalog = catalog;
        this.clouds = clouds;
    }

    @Override
    public Integer call() {
        var profile = clouds.get().profiles().find(options.profile());
        var cloud = clouds.get().connect(options.profile(), "deploy-test", reference == null ? "sweep" : reference);
        var progress = new ProgressLine(output.err());
        var cleanup = clouds.get().testCleanup(cloud, options.profile(), progress);
        clouds.get().removeAbandonedTests(cloud, options.profile());
        var removed = cleanup.sweep(TestResourceCleanup.LONGEST);
        if (sweep || !removed.isEmpty()) {
            output.line(removed.isEmpty() ? "Nothing to remove." : "Removed " + removed);
        }
        if (sweep) {
            return 0;
        }
        if (reference == null) {
            throw Failure.usage("Missing parameter: ID", "Name one of 'cst publications list', or use --sweep.");
        }
        var config = config(profile);
        var lifecycle = clouds.get().lifecycle(cloud, profile, false);
        var chosen = lifecycle.resolve(VersionReference.parse(reference, arch), hypervisor);
        var templates = lifecycle.list().stream()
                .filter(each -> chosen.matches(each.versionReference()))
                .filter(each -> hypervisor == null || each.hypervisor().equalsIgnoreCase(hypervisor))
                .toList();
        var testing = Thread.currentThread();
        try (var _ = new ShutdownHook(() -> stop(testing), TO_CLEAN_UP)) {
            var test = new DeployTest(
                    DeployTest.TARGET,
                    cloud,
                    SshRoute.DIRECT,
                    PollingPolicy.DEFAULT,
                    new SecureRandom(),
                    progress,
                    cleanup);
            var reports = new ArrayList<DeployTest.DeployReport>();
            for (var template : templates) {
                progress.accept(template.versionReference() + " for " + template.hypervisor() + ": deploy test");
                reports.add(test.run(request(template, profile, config)));
            }
            progress.end();
            print(reports);
            return reports.stream().allMatch(DeployTest.DeployReport::isPassed) ? 0 : Failure.Kind.BUILD.exitCode();
        } finally {
            progress.end();
        }
    }

    private void stop(Thread testing) {
        output.warning("the deploy test is cancelled; removing its instance and key");
        testing.interrupt();
    }

    private Profile.DeployTestConfig config(Profile profile) {
        var config = profile.test();
        if (config == null) {
            throw Failure.usage(
                    "The profile '" + options.profile() + "' has no test network and offering",
                    "Add a 'test:' section; see configs/cloudstack/example.yaml.");
        }
        return config;
    }

    private DeployTest.DeployRequest request(Published template, Profile profile, Profile.DeployTestConfig config) {
        var zone = config.zone() != null
                ? config.zone()
                : profile.zones().isEmpty()
                        ? firstOf(template)
                        : profile.zones().getFirst();
        return new DeployTest.DeployRequest(
                template.template(),
                user != null ? user : defaultUser(template.id()),
                zone,
                config.network(),
                config.offering(),
                template.hypervisor().toLowerCase(Locale.ROOT));
    }

    private static String firstOf(Published template) {
        return template.zones().stream()
                .findFirst()
                .orElseThrow(() -> Failure.usage(template.name() + " is not ready in any zone", "Publish it first."));
    }

    private String defaultUser(String id) {
        return catalog.get().definitions().stream()
                .filter(each -> each.id().equals(id))
                .map(Definition::guest)
                .map(Definition.Guest::defaultUser)
                .findFirst()
                .orElseThrow(
                        () -> Failure.usage("Unknown guest user: no definition '" + id + "'", "Set it with --user."));
    }

    private void print(List<DeployTest.DeployReport> reports) {
        if (json) {
            output.json(reports.stream().map(DeployTestCommand::fields).toList());
            return;
        }
        for (var report : reports) {
            var time = report.timeToSsh();
            output.line("template %s: %s%s"
                    .formatted(
                            report.template(),
                            report.isPassed() ? "passed" : "failed",
                            time == null ? "" : ", SSH after " + time.toSeconds() + " s"));
            report.checks()
                    .forEach(check -> output.line("  %s  %s%s"
                            .formatted(
                                    check.isPassed() ? "pass" : "FAIL",
                                    check.title(),
                                    check.detail().isEmpty() ? "" : ": " + check.detail())));
        }
    }

    private static Map<String, Object> fields(DeployTest.DeployReport report) {
        var fields = new LinkedHashMap<String, Object>();
        var time = report.timeToSsh();
        fields.put("template", report.template());
        fields.put("passed", report.isPassed());
        fields.put("secondsToSsh", time == null ? -1 : time.toSeconds());
        fields.put(
                "checks",
                report.checks().stream()
                        .map(check -> {
                            var each = new LinkedHashMap<String, Object>();
                            each.put("title", check.title());
                            each.put("passed", check.isPassed());
                            each.put("detail", check.detail());
                            return each;
                        })
                        .toList());
        return fields;
    }
}
