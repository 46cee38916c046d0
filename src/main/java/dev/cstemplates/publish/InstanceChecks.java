package dev.cstemplates.publish;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.ssh.SshLogin;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Checks inside a deployed instance. */
final class InstanceChecks {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** XenServer's guest agents; one of them is enough. */
    private static final List<String> XENSERVER = List.of("xe-linux-distribution", "xe-daemon", "xen-guest-agent");

    private final SshLogin login;

    InstanceChecks(SshLogin login) {
        this.login = login;
    }

    /**
     * Runs all checks.
     *
     * @param name the instance's
     * @param marker text that the user-data writes to a file
     * @param virtualSize of the template, in bytes
     * @param hypervisor as {@code kvm}
     */
    List<CheckResult> run(String name, String marker, long virtualSize, String hypervisor) throws IOException {
        // Everything else depends on cloud-init having finished.
        var cloudInit = output("cloud-init status --wait >/dev/null 2>&1; cloud-init status | head -1");
        var file = output("cat /var/lib/cst-deploy-test 2>&1");
        var isApplied = file.equals(marker);
        var hostname = output("hostname -s");
        return List.of(
                CheckResult.of("cloud-init", "cloud-init is done", cloudInit.endsWith("done"), cloudInit),
                CheckResult.of("user-data", "the user-data was applied", isApplied, isApplied ? "" : file),
                CheckResult.of("hostname", "the hostname is the instance's name", hostname.equals(name), hostname),
                rootGrowth(virtualSize),
                guestAgent(hypervisor));
    }

    private CheckResult rootGrowth(long virtualSize) throws IOException {
        var text = output("df --output=size -B1 / | tail -1 | tr -d ' '");
        var size = text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
        return CheckResult.of(
                "root-growth",
                "the root file system has grown with the disk",
                size > virtualSize,
                "%d MiB; the template has %d MiB".formatted(size >> 20, virtualSize >> 20));
    }

    private CheckResult guestAgent(String hypervisor) throws IOException {
        var services = switch (hypervisor) {
            case "kvm" -> List.of("qemu-guest-agent");
            case "vmware" -> List.of("open-vm-tools", "vmtoolsd");
            case "xenserver" -> XENSERVER;
            default -> List.<String>of();
        };
        if (services.isEmpty()) {
            return CheckResult.of("agent", "the guest agent runs", true, hypervisor + " needs no agent");
        }
        // Prints one line per service.
        var states = output("systemctl is-active " + String.join(" ", services));
        return CheckResult.of(
                "agent",
                "the guest agent runs",
                states.lines().anyMatch("active"::equals),
                String.join(", ", services) + ": " + states.replace("\n", ", "));
    }

    private String output(String script) throws IOException {
        return login.asRoot(script, LIMIT).output().strip();
    }
}
