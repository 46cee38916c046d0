package dev.cstemplates.cli.cloud;

import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.cli.App;
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
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst deploy-test}. */
@Command(
        name = "deploy-test",
        description = {
            "Deploys an instance from a published version in the profile's test network and looks whether users will"
                    + " get what CloudStack promises: SSH key, user-data, hostname, a grown disk, the guest agent,"
                    + " passwords, within five minutes. The instance is always destroyed and expunged.",
            LifecycleCommands.OnVersion.DEFAULT + " With --hypervisor the newest version for that one.",
            "A version that passes may be promoted. --sweep removes what killed tests left."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst deploy-test debian-12 --profile prod",
            "  cst deploy-test debian-12@20261122.1 --profile prod --hypervisor kvm",
            "  cst deploy-test --profile prod --sweep"
        })
final class DeployTestCommand implements Callable<Integer> {

    /** A test that takes longer than this is dead. */
    private static final Duration LONGEST = Duration.ofHours(2);

    private final App app;

    @Parameters(paramLabel = "ID[@VERSION]", arity = "0..1", description = "One of 'cst publications'.")
    private @Nullable String reference;

    @Mixin
    private final CloudOptions options = new CloudOptions();

    @Option(names = "--hypervisor", paramLabel = "H", description = "Only this one's template.")
    private @Nullable String hypervisor;

    @Option(names = "--arch", paramLabel = "ARCH", description = "Only this architecture's: x86_64 or aarch64.")
    private @Nullable String arch;

    @Option(names = "--user", paramLabel = "USER", description = "The guest's user. Default: the definition's.")
    private @Nullable String user;

    @Option(names = "--sweep", description = "Remove instances and keys of tests that began over two hours ago.")
    private boolean sweep;

    @Option(names = "--json", description = "Print an array of objects.")
    private boolean json;

    DeployTestCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        var profile = app.clouds().profiles().find(options.profile());
        var cloud = app.clouds().connect(options.profile(), "deploy-test", reference == null ? "sweep" : reference);
        var progress = new ProgressLine(app.output().err());
        if (sweep) {
            var removed = new TestResourceCleanup(cloud, Clock.systemUTC(), progress).sweep(LONGEST);
            app.output().line(removed.isEmpty() ? "There is nothing to remove." : "Removed " + removed);
            return 0;
        }
        if (reference == null) {
            throw Failure.usage("No template is named", "Name one of 'cst publications', or use --sweep.");
        }
        var bed = bed(profile);
        var lifecycle = app.clouds().lifecycle(cloud, profile);
        var chosen = lifecycle.resolve(VersionReference.parse(reference, arch), hypervisor);
        var templates = lifecycle.list().stream()
                .filter(each -> chosen.matches(each.versionReference()))
                .filter(each -> hypervisor == null || each.hypervisor().equalsIgnoreCase(hypervisor))
                .toList();
        var testing = Thread.currentThread();
        try (var _ = new ShutdownHook(testing::interrupt)) {
            var test = new DeployTest(cloud, SshRoute.DIRECT, PollingPolicy.usual(), new SecureRandom(), progress);
            var outcomes = new ArrayList<DeployTest.Outcome>();
            for (var template : templates) {
                progress.accept(template.versionReference() + " for " + template.hypervisor() + ": deploy test");
                outcomes.add(test.run(request(template, profile, bed)));
            }
            progress.end();
            tell(outcomes);
            return outcomes.stream().allMatch(DeployTest.Outcome::isPassed) ? 0 : Failure.Kind.BUILD.exitCode();
        } finally {
            progress.end();
        }
    }

    private Profile.TestBed bed(Profile profile) {
        var bed = profile.test();
        if (bed == null) {
            throw Failure.usage(
                    "The profile '" + options.profile() + "' names no test network and offering",
                    "Add 'test:' to it; configs/cloudstack/example.yaml shows how.");
        }
        return bed;
    }

    private DeployTest.Request request(Published template, Profile profile, Profile.TestBed bed) {
        var zone = bed.zone() != null
                ? bed.zone()
                : profile.zones().isEmpty()
                        ? firstOf(template)
                        : profile.zones().getFirst();
        return new DeployTest.Request(
                template.template(),
                user != null ? user : defaultUser(template.id()),
                zone,
                bed.network(),
                bed.offering(),
                template.hypervisor().toLowerCase(Locale.ROOT));
    }

    private static String firstOf(Published template) {
        return template.zones().stream()
                .findFirst()
                .orElseThrow(() -> Failure.usage(template.name() + " is ready in no zone", "Publish it first."));
    }

    private String defaultUser(String id) {
        return app.catalog().definitions().stream()
                .filter(each -> each.id().equals(id))
                .map(Definition::guest)
                .map(Definition.Guest::defaultUser)
                .findFirst()
                .orElseThrow(() -> Failure.usage("There is no definition " + id, "Name the guest's user with --user."));
    }

    private void tell(List<DeployTest.Outcome> outcomes) {
        if (json) {
            app.output().json(outcomes.stream().map(DeployTestCommand::fields).toList());
            return;
        }
        for (var outcome : outcomes) {
            var time = outcome.timeToSsh();
            app.output()
                    .line("template %s: %s%s"
                            .formatted(
                                    outcome.template(),
                                    outcome.isPassed() ? "passed" : "failed",
                                    time == null ? "" : ", SSH after " + time.toSeconds() + " s"));
            outcome.checks()
                    .forEach(check -> app.output()
                            .line("  %s  %s%s"
                                    .formatted(
                                            check.isPassed() ? "pass" : "FAIL",
                                            check.title(),
                                            check.detail().isEmpty() ? "" : ": " + check.detail())));
        }
    }

    private static Map<String, Object> fields(DeployTest.Outcome outcome) {
        var fields = new LinkedHashMap<String, Object>();
        var time = outcome.timeToSsh();
        fields.put("template", outcome.template());
        fields.put("passed", outcome.isPassed());
        fields.put("secondsToSsh", time == null ? -1 : time.toSeconds());
        fields.put(
                "checks",
                outcome.checks().stream()
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
