/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.boot;

import dev.cstemplates.ssh.SshAccess;
import dev.cstemplates.ssh.SshLogin;
import dev.cstemplates.validation.boot.CheckCollector.Verdict;
import dev.cstemplates.validation.router.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Checks that a booted guest applied what the router provided. */
final class GuestChecks {

    private static final String RESULT = "/run/cloud-init/result.json";
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);

    private final BootRequest request;
    private final SshAccess ssh;
    private final long diskSize;
    private final CheckCollector collector;

    /** @param diskSize of the guests' disks, in bytes */
    GuestChecks(BootRequest request, SshAccess ssh, long diskSize, CheckCollector collector) {
        this.request = request;
        this.ssh = ssh;
        this.diskSize = diskSize;
        this.collector = collector;
    }

    /** Waits for cloud-init to finish. */
    void cloudInit(Boot boot, SshLogin login, CheckCollector.Group group) {
        group.examine("cloud-init", "cloud-init finishes with the CloudStack datasource and no error", () -> {
            // 'cloud-init status --wait' returns at the first error, before user scripts run; the result is written
            // last.
            login.run(
                    "until [ -s " + RESULT + " ]; do sleep 1; done",
                    "",
                    request.target().bootLimit());
            var status = login.run("cloud-init status --long", "", COMMAND_LIMIT);
            var result = login.run("cat " + RESULT, "", COMMAND_LIMIT);
            var datasource = datasourceIn(result.output());
            // 2: done with warnings, which another check reports.
            var isDone = status.exitCode() == 0 || status.exitCode() == 2;
            return new Verdict(
                    isDone && datasource.startsWith("DataSourceCloudStack") && noErrorsIn(result.output()),
                    "%s, result %s, %s s after power-on"
                            .formatted(
                                    status.output()
                                            .lines()
                                            .filter(line -> line.startsWith("status:"))
                                            .findFirst()
                                            .orElse("no status"),
                                    result.output().strip(),
                                    BootScenario.seconds(boot.sincePowerOn())));
        });
    }

    /** Checks inside the guest; empty if reading its facts fails. The user data must have written {@code marker}. */
    Optional<GuestFacts> inside(SshLogin login, Instance instance, String marker, CheckCollector.Group group) {
        GuestFacts facts;
        try {
            facts = GuestFacts.read(login);
        } catch (IOException e) {
            group.that("sudo", "The default user can become root", false, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
        group.that("sudo", "The default user can become root", true, "sudo -n");
        group.that(
                "hostname",
                "The hostname is the instance's",
                facts.text("hostname").equals(instance.hostname()),
                "'%s', expected '%s'".formatted(facts.text("hostname"), instance.hostname()));
        group.that(
                "user-data",
                "The user data ran",
                facts.text("userData").equals(marker),
                facts.text("userData").isEmpty()
                        ? "Its script did not write " + GuestFacts.MARKER
                        : "Its script wrote " + GuestFacts.MARKER);
        var notGrown = facts.rootNotGrownTo(diskSize);
        group.that(
                "root-grown",
                "The root file system grew with the disk",
                notGrown.isEmpty(),
                notGrown.orElse(facts.text("rootFilesystem") + " bytes of a disk of " + diskSize));
        group.that(
                "machine-id",
                "The guest generated its machine id",
                facts.text("machineId").matches("[0-9a-f]{32}"),
                facts.text("machineId"));
        group.that(
                "host-keys",
                "The guest generated its SSH host keys",
                facts.text("hostKeyFiles").matches("[1-9]\\d*"),
                facts.text("hostKeyFiles") + " keys");
        collector.fact("os", facts.text("os"));
        collector.fact("kernel", facts.text("kernel"));
        collector.fact("cloudInit", facts.text("cloudInitVersion"));
        return Optional.of(facts);
    }

    /** Whether the instance's password was set. */
    void password(Boot boot, CheckCollector.Group group) {
        var password = boot.instance().password();
        if (password == null) {
            group.skip("password", "The password is set", "Passwords are disabled for this template");
            return;
        }
        new RouterChecks(boot.log(), boot.instance()).password(group);
        group.examine("password", "An SSH login with the instance's password", () -> {
            var accepted = ssh.accepts(
                    boot.instance().address(), request.target().expected().defaultUser(), password);
            return new Verdict(accepted, accepted ? "accepted" : "refused");
        });
    }

    /** Whether {@code former} is refused. */
    void passwordIsRefused(Boot boot, String former, CheckCollector.Group group) {
        if (boot.instance().password() == null) {
            return;
        }
        group.examine("old-password", "The password from before the reset is refused", () -> {
            var accepted = ssh.accepts(
                    boot.instance().address(), request.target().expected().defaultUser(), former);
            return new Verdict(!accepted, accepted ? "accepted" : "refused");
        });
    }

    private static String datasourceIn(String result) {
        try {
            return JsonMapper.shared()
                    .readTree(result)
                    .path("v1")
                    .path("datasource")
                    .asString("");
        } catch (JacksonException e) {
            return "";
        }
    }

    private static boolean noErrorsIn(String result) {
        return JsonMapper.shared().readTree(result).path("v1").path("errors").isEmpty();
    }
}
