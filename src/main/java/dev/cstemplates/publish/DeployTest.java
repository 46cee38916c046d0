/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.Instance;
import dev.cstemplates.cloudstack.Job;
import dev.cstemplates.cloudstack.NewInstance;
import dev.cstemplates.cloudstack.Tags.Resource;
import dev.cstemplates.cloudstack.Template;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.ssh.SshAccess;
import dev.cstemplates.ssh.SshLogin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Deploys an instance from a published template and checks every feature that CloudStack offers its users. The instance is
 * always removed; {@link TestResourceCleanup} finds the leftovers of killed tests.
 */
public final class DeployTest {

    /** From the deployment's call to a login. */
    public static final Duration TARGET = Duration.ofMinutes(5);

    /** How long a guest may take to fetch a password; login by key may work earlier. */
    private static final Duration PASSWORD_LIMIT = Duration.ofMinutes(2);

    private static final long GIB = 1L << 30;

    private final Duration target;
    private final CloudStack cloud;
    private final SshRoute route;
    private final PollingPolicy polling;
    private final RandomGenerator random;
    private final Consumer<String> progress;
    private final TestResourceCleanup cleanup;

    /**
     * A deploy test in one cloud.
     *
     * @param target how long an instance may take from the deployment's call to a login
     * @param progress receives progress lines
     */
    public DeployTest(
            Duration target,
            CloudStack cloud,
            SshRoute route,
            PollingPolicy polling,
            RandomGenerator random,
            Consumer<String> progress,
            TestResourceCleanup cleanup) {
        this.target = target;
        this.cloud = cloud;
        this.route = route;
        this.polling = polling;
        this.random = random;
        this.progress = progress;
        this.cleanup = cleanup;
    }

    /**
     * What to deploy where.
     *
     * @param user of the guest that receives the key and the password
     * @param zone, network, offering names or ids
     * @param hypervisor as {@code kvm}
     */
    public record DeployRequest(
            String template, String user, String zone, String network, String offering, String hypervisor) {}

    /**
     * The test's result.
     *
     * @param timeToSsh from the deployment's call to a login; null if there was none
     */
    public record DeployReport(
            String template, String instance, @Nullable Duration timeToSsh, List<CheckResult> checks) {

        public boolean isPassed() {
            return timeToSsh != null && CheckResult.noneFailed(checks);
        }
    }

    /** Runs the test; a template that passes is tagged. */
    public DeployReport run(DeployRequest request) {
        return ErrorTranslation.get(() -> {
            var placement = Placement.find(cloud, request);
            var template = cloud.templates().byId(request.template()).stream()
                    .filter(each -> each.zone().equals(placement.zone()))
                    .filter(TemplateView::isReady)
                    .findFirst()
                    .orElseThrow(() -> Failure.usage(
                            "The template is not ready in zone " + request.zone(), "Publish it there first."));
            var name = TestResourceCleanup.newName(polling.clock().instant(), random);
            var report = cleanup.around(name, () -> tested(request, placement, template, name));
            if (report.isPassed()) {
                TemplateTags.set(
                        cloud,
                        template.id(),
                        template.tags(),
                        Map.of(TemplateTags.TESTED, polling.clock().instant().toString()));
            }
            return report;
        });
    }

    private DeployReport tested(DeployRequest request, Placement placement, Template template, String name) {
        try (var ssh = new SshAccess()) {
            var key = SshAccess.newKey();
            cloud.keyPairs().register(name, SshAccess.publicLine(key));
            var checks = new ArrayList<CheckResult>();
            var marker = marker();
            prepare(template, placement, name);
            var begun = polling.clock().instant();
            var instance = deploy(placement, template, name, marker);
            var deployed = Duration.between(begun, polling.clock().instant());
            var guest = new DeployedGuest(ssh, instance, request, key);
            checks.add(CheckResult.of(
                    "running",
                    "the instance is running",
                    instance.state().equals("Running"),
                    instance.state() + " after " + deployed.toSeconds() + " s"));
            var timeToSsh = checkInside(guest, template, marker, begun, checks);
            if (timeToSsh != null && template.isPasswordEnabled()) {
                checkPasswords(guest, checks);
            }
            return new DeployReport(template.id(), name, timeToSsh, List.copyOf(checks));
        }
    }

    /** Has the template copied to primary storage, as promoted templates are; root administrators only. */
    private void prepare(Template template, Placement placement, String name) {
        if (cloud.capabilities().missing(List.of("prepareTemplate")).isEmpty()) {
            progress.accept(name + ": preparing the template");
            cloud.templates().prepare(template.id(), placement.zone());
        }
    }

    /** An instance and how to log in to it. */
    private record DeployedGuest(SshAccess ssh, Instance instance, DeployRequest request, KeyPair key) {}

    private Instance deploy(Placement placement, Template template, String name, String marker) {
        progress.accept(name + ": deploying");
        // Larger than the template, so that the root file system has to grow.
        var rootDisk = (template.size() + GIB - 1) / GIB + 2;
        Job job = cloud.instances()
                .deploy(new NewInstance(
                        name,
                        template.id(),
                        placement.zone(),
                        placement.offering(),
                        placement.network(),
                        name,
                        Base64.getEncoder().encodeToString(userData(marker).getBytes(StandardCharsets.UTF_8)),
                        rootDisk));
        if (!job.object().isEmpty()) {
            cloud.tags().create(Resource.INSTANCE, job.object(), Map.of(TestResourceCleanup.TAG, name));
        }
        return cloud.instances().await(job);
    }

    private String marker() {
        return Long.toHexString(random.nextLong());
    }

    private static String userData(String marker) {
        return "#cloud-config\nwrite_files:\n  - path: /var/lib/cst-deploy-test\n    content: " + marker + "\n";
    }

    private @Nullable Duration checkInside(
            DeployedGuest guest, Template template, String marker, Instant begun, List<CheckResult> checks) {
        try (var login = login(guest)) {
            var timeToSsh = Duration.between(begun, polling.clock().instant());
            checks.add(CheckResult.of(
                    "ssh",
                    "SSH login with the instance's key within " + target.toMinutes() + " min",
                    timeToSsh.compareTo(target) <= 0,
                    "%d s of %d s".formatted(timeToSsh.toSeconds(), target.toSeconds())));
            checks.addAll(new InstanceChecks(login)
                    .run(
                            guest.instance().name(),
                            marker,
                            template.size(),
                            guest.request().hypervisor()));
            return timeToSsh;
        } catch (IOException e) {
            checks.add(
                    CheckResult.of("ssh", "SSH login with the instance's key", false, String.valueOf(e.getMessage())));
            return null;
        }
    }

    private SshLogin login(DeployedGuest guest) throws IOException {
        var limit = target.multipliedBy(3);
        var deadline = polling.clock().instant().plus(limit);
        while (true) {
            try {
                return guest.ssh()
                        .login(route.address(guest.instance()), guest.request().user(), guest.key());
            } catch (IOException e) {
                if (!polling.clock().instant().isBefore(deadline)) {
                    throw new IOException("no login within " + limit.toMinutes() + " min: " + e.getMessage(), e);
                }
                progress.accept(guest.instance().name() + ": waiting for SSH (" + e.getMessage() + ")");
                polling.pause("The deploy test");
            }
        }
    }

    /** Checks the deployment's password, and the one after a reset, which requires a stopped instance. */
    private void checkPasswords(DeployedGuest guest, List<CheckResult> checks) {
        var first = guest.instance().password();
        checks.add(accepted(guest, "password", "the deployment's password is accepted", first));
        var id = guest.instance().id();
        progress.accept(guest.instance().name() + ": resetting the password");
        cloud.instances().stop(id);
        var reset = cloud.instances().resetPassword(id).password();
        cloud.instances().start(id);
        try (var _ = login(guest)) {
            checks.add(accepted(guest, "password-reset", "the password after a reset is accepted", reset));
            if (first != null && !first.equals(reset)) {
                var answer = answer(guest, first, true);
                checks.add(CheckResult.of(
                        "former-password",
                        "the former password is refused after a reset",
                        answer.isRefusal(),
                        answer.detail()));
            }
        } catch (IOException e) {
            checks.add(
                    CheckResult.of("ssh-restart", "SSH login after a restart", false, String.valueOf(e.getMessage())));
        }
    }

    private CheckResult accepted(DeployedGuest guest, String id, String title, @Nullable String password) {
        if (password == null) {
            return CheckResult.of(id, title, false, "CloudStack returned no password");
        }
        var answer = answer(guest, password, false);
        return CheckResult.of(id, title, answer.isAcceptance(), answer.detail());
    }

    /** The guest's reaction to a password: an error is neither. */
    private record PasswordAnswer(boolean isAcceptance, boolean isRefusal, String detail) {}

    /**
     * Tries a password until the guest gives the expected answer or the time is up.
     *
     * @param isRefusalFinal whether a refusal counts at once; else the guest may not have fetched the password yet
     */
    private PasswordAnswer answer(DeployedGuest guest, String password, boolean isRefusalFinal) {
        var deadline = polling.clock().instant().plus(PASSWORD_LIMIT);
        while (true) {
            var answer = attempt(guest, password);
            if (answer.isAcceptance()
                    || (answer.isRefusal() && isRefusalFinal)
                    || !polling.clock().instant().isBefore(deadline)) {
                return answer;
            }
            polling.pause("The deploy test");
        }
    }

    private PasswordAnswer attempt(DeployedGuest guest, String password) {
        try {
            var isAccepted = guest.ssh()
                    .accepts(route.address(guest.instance()), guest.request().user(), password);
            return new PasswordAnswer(isAccepted, !isAccepted, isAccepted ? "accepted" : "refused");
        } catch (IOException e) {
            return new PasswordAnswer(false, false, "no answer: " + e.getMessage());
        }
    }

    /** The ids of a request's zone, network and offering. */
    private record Placement(String zone, String network, String offering) {

        static Placement find(CloudStack cloud, DeployRequest request) {
            var zone = new PublishPlanner(cloud, notice -> {})
                    .zones(List.of(request.zone())).stream()
                            .findFirst()
                            .orElseThrow(() -> Failure.usage(
                                    "The zone " + request.zone() + " has no templates",
                                    "Set test.zone in the profile."));
            var network = NameLookup.network(cloud, zone.id(), zone.name(), request.network());
            var offering = NameLookup.offering(cloud, request.offering());
            return new Placement(zone.id(), network.id(), offering.id());
        }
    }
}
