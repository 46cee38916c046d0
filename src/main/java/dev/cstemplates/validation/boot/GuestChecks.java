package dev.cstemplates.validation.boot;

import dev.cstemplates.ssh.SshAccess;
import dev.cstemplates.ssh.SshLogin;
import dev.cstemplates.validation.BootValidation;
import dev.cstemplates.validation.boot.CheckCollector.Finding;
import dev.cstemplates.validation.router.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What a booted guest made of what its router told it. */
final class GuestChecks {

    private static final String RESULT = "/run/cloud-init/result.json";
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);

    private final BootValidation.Request request;
    private final SshAccess ssh;
    private final long diskSize;
    private final CheckCollector findings;

    /** Checks guests whose disks have {@code diskSize} bytes. */
    GuestChecks(BootValidation.Request request, SshAccess ssh, long diskSize, CheckCollector findings) {
        this.request = request;
        this.ssh = ssh;
        this.diskSize = diskSize;
        this.findings = findings;
    }

    /** Waits for cloud-init to finish. */
    void cloudInit(Boot boot, SshLogin login, CheckCollector.Group group) {
        group.look("cloud-init", "cloud-init finishes with the CloudStack datasource and no error", () -> {
            // 'cloud-init status --wait' gives up at the first error, before user scripts were run; the result is
            // written last.
            login.run("until [ -s " + RESULT + " ]; do sleep 1; done", "", request.bootLimit());
            var status = login.run("cloud-init status --long", "", COMMAND_LIMIT);
            var result = login.run("cat " + RESULT, "", COMMAND_LIMIT);
            var datasource = datasourceIn(result.output());
            // 2: done, but there were warnings, which a check of their own tells.
            var isDone = status.exitCode() == 0 || status.exitCode() == 2;
            return new Finding(
                    isDone && datasource.startsWith("DataSourceCloudStack") && noErrorsIn(result.output()),
                    "%s, result %s, %s s after power on"
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

    /** Looks from the inside; empty when the guest lets nobody look. The user data is to have left {@code marker}. */
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
                "The user data was run",
                facts.text("userData").equals(marker),
                facts.text("userData").isEmpty()
                        ? "Its script left no mark in " + GuestFacts.MARKER
                        : "Its script left its mark");
        var notGrown = facts.rootNotGrownTo(diskSize);
        group.that(
                "root-grown",
                "The root file system grew with the disk",
                notGrown.isEmpty(),
                notGrown.orElse(facts.text("rootFilesystem") + " bytes of a disk of " + diskSize));
        group.that(
                "machine-id",
                "The guest made its machine id",
                facts.text("machineId").matches("[0-9a-f]{32}"),
                facts.text("machineId"));
        group.that(
                "host-keys",
                "The guest made its SSH host keys",
                facts.text("hostKeyFiles").matches("[1-9]\\d*"),
                facts.text("hostKeyFiles") + " keys");
        findings.fact("os", facts.text("os"));
        findings.fact("kernel", facts.text("kernel"));
        findings.fact("cloudInit", facts.text("cloudInitVersion"));
        return Optional.of(facts);
    }

    /** Whether the instance's password came to be valid. */
    void password(Boot boot, CheckCollector.Group group) {
        var password = boot.instance().password();
        if (password == null) {
            group.skip("password", "The password is set", "The template takes no passwords");
            return;
        }
        new RouterChecks(boot.log(), boot.instance()).password(group);
        group.look("password", "An SSH login with the instance's password", () -> {
            var accepted = ssh.accepts(boot.instance().address(), request.defaultUser(), password);
            return new Finding(accepted, accepted ? "accepted" : "refused");
        });
    }

    /** Whether {@code former} is no longer valid. */
    void passwordIsRefused(Boot boot, String former, CheckCollector.Group group) {
        if (boot.instance().password() == null) {
            return;
        }
        group.look("old-password", "The password from before the reset is refused", () -> {
            var accepted = ssh.accepts(boot.instance().address(), request.defaultUser(), former);
            return new Finding(!accepted, accepted ? "accepted" : "refused");
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
