package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.Instance;
import dev.cstemplates.cloudstack.Job;
import dev.cstemplates.cloudstack.NewInstance;
import dev.cstemplates.cloudstack.Tags.Resource;
import dev.cstemplates.cloudstack.Template;
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
 * Deploys an instance from a published template, as a user would, and looks whether all that CloudStack promises its users comes true.
 * Whatever happens, the instance is destroyed and expunged; what a killed run leaves, {@link TestResourceCleanup} removes.
 */
public final class DeployTest {

    /** From the deployment's call to a login. */
    public static final Duration TARGET = Duration.ofMinutes(5);

    private static final Duration SSH_LIMIT = Duration.ofMinutes(15);
    private static final long GIB = 1L << 30;

    private final CloudStack cloud;
    private final SshRoute reach;
    private final PollingPolicy patience;
    private final RandomGenerator random;
    private final Consumer<String> progress;

    public DeployTest(
            CloudStack cloud,
            SshRoute reach,
            PollingPolicy patience,
            RandomGenerator random,
            Consumer<String> progress) {
        this.cloud = cloud;
        this.reach = reach;
        this.patience = patience;
        this.random = random;
        this.progress = progress;
    }

    /**
     * What to deploy where.
     *
     * @param user of the guest, whom CloudStack gives key and password
     * @param zone, network, offering names or ids
     * @param hypervisor as {@code kvm}
     */
    public record Request(
            String template, String user, String zone, String network, String offering, String hypervisor) {}

    /** One thing that was looked at. */
    public record Check(String title, boolean isPassed, String detail) {}

    /**
     * What came out.
     *
     * @param timeToSsh from the deployment's call to a login; null when there was none
     */
    public record Outcome(
            String template, String instance, @Nullable Duration timeToSsh, List<Check> checks) {

        public boolean isPassed() {
            return timeToSsh != null && checks.stream().allMatch(Check::isPassed);
        }
    }

    /** Runs the test; a template that passes is tagged with that. */
    public Outcome run(Request request) {
        return ErrorTranslation.ask(() -> {
            var bed = TestBed.find(cloud, request);
            var template = cloud.templates().byId(request.template()).stream()
                    .filter(each -> each.zone().equals(bed.zone()))
                    .filter(TemplateView::isReady)
                    .findFirst()
                    .orElseThrow(() -> Failure.usage(
                            "The template is not ready in zone " + request.zone(), "Publish it there first."));
            var name = TestResourceCleanup.newName(patience.clock().instant(), random);
            var outcome = deployed(request, bed, template, name);
            if (outcome.isPassed()) {
                TemplateTags.set(
                        cloud,
                        template.id(),
                        template.tags(),
                        Map.of(TemplateTags.TESTED, patience.clock().instant().toString()));
            }
            return outcome;
        });
    }

    private Outcome deployed(Request request, TestBed bed, Template template, String name) {
        var leftovers = new TestResourceCleanup(cloud, patience.clock(), progress);
        try (var ssh = new SshAccess()) {
            var key = SshAccess.newKey();
            cloud.keyPairs().register(name, SshAccess.publicLine(key));
            var checks = new ArrayList<Check>();
            var marker = marker();
            var begun = patience.clock().instant();
            var instance = deploy(bed, template, name, marker);
            var guest = new Guest(ssh, instance, request, key);
            checks.add(new Check("it runs", instance.state().equals("Running"), instance.state()));
            var timeToSsh = lookInside(guest, template, marker, begun, checks);
            if (timeToSsh != null && template.isPasswordEnabled()) {
                passwords(guest, checks);
            }
            return new Outcome(template.id(), name, timeToSsh, List.copyOf(checks));
        } finally {
            removeWhateverHappened(leftovers, name);
        }
    }

    /** Also after Ctrl-C, whose interrupt would cut the calls that clean up. */
    private static void removeWhateverHappened(TestResourceCleanup leftovers, String name) {
        var isInterrupted = Thread.interrupted();
        try {
            leftovers.remove(name);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** An instance in the making, and how to get into it. */
    private record Guest(SshAccess ssh, Instance instance, Request request, KeyPair key) {}

    private Instance deploy(TestBed bed, Template template, String name, String marker) {
        progress.accept(name + ": deploying");
        // Larger than the template, so that growing the root file system can be seen.
        var rootDisk = (template.size() + GIB - 1) / GIB + 2;
        Job job = cloud.instances()
                .deploy(new NewInstance(
                        name,
                        template.id(),
                        bed.zone(),
                        bed.offering(),
                        bed.network(),
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

    private @Nullable Duration lookInside(
            Guest guest, Template template, String marker, Instant begun, List<Check> checks) {
        try (var login = login(guest)) {
            var timeToSsh = Duration.between(begun, patience.clock().instant());
            checks.add(new Check(
                    "an SSH login with the instance's key within " + TARGET.toMinutes() + " min",
                    timeToSsh.compareTo(TARGET) <= 0,
                    timeToSsh.toSeconds() + " s"));
            checks.addAll(
                    new InstanceChecks(login).all(guest.instance().name(), marker, template.size(), guest.request()));
            return timeToSsh;
        } catch (IOException e) {
            checks.add(new Check("an SSH login with the instance's key", false, String.valueOf(e.getMessage())));
            return null;
        }
    }

    private SshLogin login(Guest guest) throws IOException {
        var deadline = patience.clock().instant().plus(SSH_LIMIT);
        while (true) {
            try {
                return guest.ssh()
                        .login(reach.address(guest.instance()), guest.request().user(), guest.key());
            } catch (IOException e) {
                if (!patience.clock().instant().isBefore(deadline)) {
                    throw new IOException("none within " + SSH_LIMIT.toMinutes() + " min: " + e.getMessage(), e);
                }
                progress.accept(guest.instance().name() + ": waiting for SSH (" + e.getMessage() + ")");
                patience.pause("The deploy test");
            }
        }
    }

    /** The password of the deployment, and another one after a reset, which needs the instance stopped. */
    private void passwords(Guest guest, List<Check> checks) {
        var first = guest.instance().password();
        checks.add(accepts(guest, "the password that CloudStack set", first));
        var id = guest.instance().id();
        progress.accept(guest.instance().name() + ": resetting the password");
        cloud.instances().stop(id);
        var reset = cloud.instances().resetPassword(id).password();
        cloud.instances().start(id);
        try (var _ = login(guest)) {
            checks.add(accepts(guest, "the password after a reset", reset));
            if (first != null && !first.equals(reset)) {
                var old = accepts(guest, "the former password", first);
                checks.add(new Check("the former password is refused after a reset", !old.isPassed(), old.detail()));
            }
        } catch (IOException e) {
            checks.add(new Check("an SSH login after a restart", false, String.valueOf(e.getMessage())));
        }
    }

    private Check accepts(Guest guest, String which, @Nullable String password) {
        if (password == null) {
            return new Check(which + " lets in", false, "CloudStack told none");
        }
        var deadline = patience.clock().instant().plus(Duration.ofMinutes(2));
        while (true) {
            try {
                var isIn = guest.ssh()
                        .accepts(
                                reach.address(guest.instance()), guest.request().user(), password);
                if (isIn
                        || which.startsWith("the former")
                        || !patience.clock().instant().isBefore(deadline)) {
                    return new Check(which + " lets in", isIn, isIn ? "let in" : "refused");
                }
            } catch (IOException e) {
                if (!patience.clock().instant().isBefore(deadline)) {
                    return new Check(which + " lets in", false, String.valueOf(e.getMessage()));
                }
            }
            // The guest fetches it while it starts: a login by key may come earlier.
            patience.pause("The deploy test");
        }
    }

    /** Ids for what a request names. */
    private record TestBed(String zone, String network, String offering) {

        static TestBed find(CloudStack cloud, Request request) {
            var zone = new PublishPlanner(cloud, notice -> {})
                    .zones(List.of(request.zone()))
                    .getFirst();
            var network = cloud.cloud().networks(zone.id()).stream()
                    .filter(each ->
                            each.id().equals(request.network()) || each.name().equals(request.network()))
                    .findFirst()
                    .orElseThrow(() -> Failure.usage(
                            "There is no network '" + request.network() + "' in zone " + zone.name(),
                            "Name another one in the profile's test.network."));
            var offering = cloud.cloud().offerings().stream()
                    .filter(each ->
                            each.id().equals(request.offering()) || each.name().equals(request.offering()))
                    .findFirst()
                    .orElseThrow(() -> Failure.usage(
                            "There is no compute offering '" + request.offering() + "'",
                            "Name another one in the profile's test.offering."));
            return new TestBed(zone.id(), network.id(), offering.id());
        }
    }
}
