package dev.cstemplates.validation.boot;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.ssh.SshAccess;
import dev.cstemplates.ssh.SshLogin;
import dev.cstemplates.validation.boot.Boot.NotReached;
import dev.cstemplates.validation.boot.CheckCollector.Verdict;
import dev.cstemplates.validation.router.Instance;
import dev.cstemplates.validation.router.VirtualRouter;
import dev.cstemplates.validation.target.Expectations;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Three boots of a template: a new instance; the same instance after a reset of its password and SSH key; another new instance with the
 * other firmware.
 */
final class BootScenario {

    private static final Duration AGENT_LIMIT = Duration.ofSeconds(30);
    private static final String NO_LOGIN = "The guest was not reachable over SSH";

    private final BootPlan plan;
    private final BootRequest request;
    private final Expectations expected;
    private final Processes processes;
    private final SshAccess ssh;
    private final Consumer<String> activity;
    private final BootMachines machines;
    private final GuestChecks checks;
    private final CheckCollector collector = new CheckCollector();
    private final String firstPassword = newSecret();
    private final String secondPassword = newSecret();
    private final String marker = newSecret();

    BootScenario(BootPlan plan, Processes processes, SshAccess ssh, Consumer<String> activity) {
        this.plan = plan;
        this.request = plan.request();
        this.expected = request.target().expected();
        this.processes = processes;
        this.ssh = ssh;
        this.activity = activity;
        this.machines = new BootMachines(request, processes);
        this.checks = new GuestChecks(request, ssh, machines.overlaySize(), collector);
    }

    BootResult run() {
        VirtualRouter.setUpNetwork(processes);
        var key = SshAccess.newKey();
        var id = UUID.randomUUID();
        var disk = machines.overlay("instance-1");
        var first = firstBoot(disk, instance(id, 1, SshAccess.publicLine(key), firstPassword), key);
        if (!plan.firstBootOnly()) {
            first.ifPresentOrElse(seen -> furtherBoots(disk, id, key, seen), this::skipFurtherBoots);
        }
        return collector.result();
    }

    private void furtherBoots(Path disk, UUID id, KeyPair firstKey, GuestFacts first) {
        var newKey = SshAccess.newKey();
        secondBoot(disk, instance(id, 1, SshAccess.publicLine(newKey), secondPassword), newKey, first);
        thirdBoot(instance(UUID.randomUUID(), 2, SshAccess.publicLine(firstKey), firstPassword), firstKey, first);
    }

    private void skipFurtherBoots() {
        collector
                .group("boot2", title(2, machines.usualFirmware()))
                .skip("ssh-key-reset", "Password and SSH key can be reset", NO_LOGIN);
        collector.group("boot3", title(3, Firmware.UEFI)).skip("ssh", "Another instance boots", NO_LOGIN);
    }

    private Optional<GuestFacts> firstBoot(Path disk, Instance instance, KeyPair key) {
        var group = collector.group("boot1", title(1, machines.usualFirmware()));
        activity.accept("first boot, " + machines.usualFirmware().id());
        try (var boot = powerOn("boot-1", machines.usualFirmware(), disk, instance)) {
            var login = login(boot, key, group, "ssh-key", "timeToSsh", "An SSH login with the instance's key")
                    .login();
            if (login == null) {
                new RouterChecks(boot.log(), instance).network(group);
                group.skip("inside", "Checks inside the guest", NO_LOGIN);
                boot.keepEvidence(collector, "boot-1");
                return Optional.empty();
            }
            try (login) {
                activity.accept("waiting for cloud-init");
                checks.cloudInit(boot, login, group);
                new RouterChecks(boot.log(), instance).network(group);
                var facts = checks.inside(login, instance, marker, group);
                checks.password(boot, group);
                activity.accept("checks inside the guest");
                new OnlineChecks(request.onlineChecks()).run(login, collector.group("guest", "Inside the guest"));
                boot.keepEvidence(collector, "boot-1");
                shutDownByAgent(boot, group);
                healthy(boot, group);
                return facts;
            }
        }
    }

    private void secondBoot(Path disk, Instance instance, KeyPair key, GuestFacts first) {
        var group = collector.group("boot2", title(2, machines.usualFirmware()));
        activity.accept("second boot, password and SSH key reset");
        try (var boot = powerOn("boot-2", machines.usualFirmware(), disk, instance)) {
            var attempt = login(boot, key, group, "ssh-key-reset", "timeToSshAgain", "An SSH login with the new key");
            try (var login = attempt.login()) {
                if (login != null) {
                    activity.accept("waiting for cloud-init");
                    checks.cloudInit(boot, login, group);
                    group.examine("identity", "Host keys and machine id do not change", () -> {
                        var now = GuestFacts.read(login);
                        return new Verdict(
                                now.agreesWith(first, "hostKeys") && now.agreesWith(first, "machineId"),
                                identities(first, now));
                    });
                }
                if (attempt.isReachable()) {
                    checks.password(boot, group);
                    checks.passwordIsRefused(boot, firstPassword, group);
                }
            }
            boot.keepEvidence(collector, "boot-2");
            if (attempt.isReachable()) {
                pressPowerButton(boot, group);
            }
            healthy(boot, group);
        }
    }

    private void thirdBoot(Instance instance, KeyPair key, GuestFacts first) {
        var group = collector.group("boot3", title(3, Firmware.UEFI));
        activity.accept("third boot, another instance, uefi");
        var disk = machines.overlay("instance-2");
        try (var boot = powerOn("boot-3", Firmware.UEFI, disk, instance)) {
            var attempt = login(boot, key, group, "ssh-key", "timeToSshUefi", "An SSH login with the instance's key");
            try (var login = attempt.login()) {
                if (login != null) {
                    group.examine("identity", "Instances have different machine ids and host keys", () -> {
                        var now = GuestFacts.read(login);
                        return new Verdict(
                                !now.text("machineId").isEmpty()
                                        && !now.agreesWith(first, "machineId")
                                        && !now.text("hostKeys").isEmpty()
                                        && !now.agreesWith(first, "hostKeys"),
                                identities(first, now));
                    });
                }
            }
            boot.keepEvidence(collector, "boot-3");
            if (attempt.isReachable()) {
                pressPowerButton(boot, group);
            }
            healthy(boot, group);
        }
    }

    /** A login, or whether the guest answered at all. */
    private record LoginAttempt(@Nullable SshLogin login, boolean isReachable) {}

    private LoginAttempt login(
            Boot boot, KeyPair key, CheckCollector.Group group, String id, String fact, String what) {
        var title = what + " as " + expected.defaultUser();
        try {
            var login = boot.awaitLogin(
                    ssh, expected.defaultUser(), key, request.target().bootLimit());
            var seconds = seconds(boot.sincePowerOn());
            collector.fact(fact, seconds);
            group.that(id, title, true, seconds + " s after power-on");
            return new LoginAttempt(login, true);
        } catch (NotReached e) {
            group.that(id, title, false, e.getMessage() + "\n" + tail(boot));
            return new LoginAttempt(null, e.answersSsh());
        }
    }

    private void shutDownByAgent(Boot boot, CheckCollector.Group group) {
        var answers = group.examine("guest-agent", "The QEMU guest agent answers", () -> {
            var alive = boot.guest().agent().answers(AGENT_LIMIT);
            return new Verdict(
                    alive, alive ? "guest-ping answered" : "no answer within " + AGENT_LIMIT.toSeconds() + " s");
        });
        if (answers) {
            shutDown(
                    boot,
                    group,
                    "shutdown-agent",
                    "A clean shutdown by the guest agent",
                    () -> boot.guest().agent().shutdown());
        } else {
            group.skip("shutdown-agent", "A clean shutdown by the guest agent", "The agent does not answer");
            // The second boot uses this disk, so the guest must shut down cleanly.
            pressPowerButton(boot, group);
        }
    }

    private void pressPowerButton(Boot boot, CheckCollector.Group group) {
        shutDown(
                boot,
                group,
                "shutdown-acpi",
                "A clean shutdown by the power button",
                () -> boot.guest().qmp().pressPowerButton());
    }

    private void shutDown(Boot boot, CheckCollector.Group group, String id, String title, Runnable powerOff) {
        activity.accept("shutting down");
        group.examine(id, title, () -> {
            try {
                powerOff.run();
                return new Verdict(true, "off after " + seconds(boot.awaitPowerOff(shutdownLimit())) + " s");
            } catch (NotReached e) {
                return new Verdict(false, e.getMessage() + "\n" + tail(boot));
            }
        });
    }

    private void healthy(Boot boot, CheckCollector.Group group) {
        group.examine("serial-log", "The serial log shows no panic, emergency mode or rescue shell", () -> {
            var problem = boot.serial().problem();
            return new Verdict(problem.isEmpty(), problem.orElse("none found"));
        });
    }

    private Boot powerOn(String name, Firmware firmware, Path disk, Instance instance) {
        return Boot.powerOn(
                processes,
                machines.machine(name, firmware, disk, instance),
                instance,
                plan.faults(),
                request.workDir().toAbsolutePath().resolve(name));
    }

    private Instance instance(UUID id, int number, String publicKey, String password) {
        return new Instance(
                id,
                "02:00:4c:9f:00:0" + number,
                "10.1.1.10" + number,
                instanceName(number),
                publicKey,
                expected.passwordEnabled() ? password : null,
                "#!/bin/bash\nprintf '%s' '" + marker + "' > " + GuestFacts.MARKER + "\n");
    }

    private static String instanceName(int number) {
        return "cst-validation-" + number;
    }

    private Duration shutdownLimit() {
        return request.target().accelerator() == Accelerator.KVM ? Duration.ofSeconds(60) : Duration.ofSeconds(180);
    }

    private static String title(int number, Firmware firmware) {
        return "Boot " + number + " (" + firmware.name() + ")";
    }

    private static String tail(Boot boot) {
        try {
            return "The serial log ends with:\n" + boot.serial().tail();
        } catch (IOException e) {
            return "Cannot read the serial log: " + e.getMessage();
        }
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
    }

    private static String identities(GuestFacts first, GuestFacts now) {
        return "machine id %s, first %s; host keys %s, first %s"
                .formatted(
                        now.text("machineId"),
                        first.text("machineId"),
                        abbreviated(now.text("hostKeys")),
                        abbreviated(first.text("hostKeys")));
    }

    private static String abbreviated(String digest) {
        return digest.length() > 12 ? digest.substring(0, 12) : digest;
    }

    /** 15 letters and digits. */
    private static String newSecret() {
        var letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
        var secret = new StringBuilder();
        new SecureRandom().ints(15, 0, letters.length()).forEach(at -> secret.append(letters.charAt(at)));
        return secret.toString();
    }
}
