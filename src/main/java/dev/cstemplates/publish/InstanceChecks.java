package dev.cstemplates.publish;

import dev.cstemplates.ssh.SshLogin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is looked at inside a deployed instance. */
final class InstanceChecks {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** The services by which hypervisors talk to guests, any of which will do. */
    private static final List<String> XENSERVER = List.of("xe-linux-distribution", "xe-daemon", "xen-guest-agent");

    private final SshLogin login;

    InstanceChecks(SshLogin login) {
        this.login = login;
    }

    /** {@code virtualSize} is the template's, in bytes. */
    List<DeployTest.Check> all(String name, String marker, long virtualSize, DeployTest.Request request)
            throws IOException {
        var checks = new ArrayList<DeployTest.Check>();
        // What cloud-init does last is awaited before anything is judged.
        var cloudInit = ask("cloud-init status --wait >/dev/null 2>&1; cloud-init status | head -1");
        checks.add(new DeployTest.Check("cloud-init is done", cloudInit.endsWith("done"), cloudInit));
        var seen = ask("cat /var/lib/cst-deploy-test 2>&1");
        checks.add(new DeployTest.Check(
                "the user-data was acted on", seen.equals(marker), seen.equals(marker) ? "" : seen));
        var hostname = ask("hostname -s");
        checks.add(new DeployTest.Check("the hostname is the instance's", hostname.equals(name), hostname));
        checks.add(rootGrowth(virtualSize));
        checks.add(agent(request.hypervisor()));
        return checks;
    }

    private DeployTest.Check rootGrowth(long virtualSize) throws IOException {
        var text = ask("df --output=size -B1 / | tail -1 | tr -d ' '");
        var size = text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
        return new DeployTest.Check(
                "the root file system has grown with the disk",
                size > virtualSize,
                "%d MiB; the template has %d MiB".formatted(size >> 20, virtualSize >> 20));
    }

    private DeployTest.Check agent(String hypervisor) throws IOException {
        var services = switch (hypervisor) {
            case "kvm" -> List.of("qemu-guest-agent");
            case "vmware" -> List.of("open-vm-tools", "vmtoolsd");
            case "xenserver" -> XENSERVER;
            default -> List.<String>of();
        };
        if (services.isEmpty()) {
            return new DeployTest.Check("the guest agent", true, hypervisor + " needs none");
        }
        // One line for each service that is there; "active" among them will do.
        var states = ask("systemctl is-active " + String.join(" ", services));
        var isActive = states.lines().anyMatch("active"::equals);
        return new DeployTest.Check(
                "the guest agent runs", isActive, String.join(", ", services) + ": " + states.replace("\n", ", "));
    }

    private String ask(String script) throws IOException {
        return login.asRoot(script, LIMIT).output().strip();
    }
}
