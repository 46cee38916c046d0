package dev.cstemplates.host.doctor;

import dev.cstemplates.host.Host;
import dev.cstemplates.host.doctor.CheckResult.Status;
import dev.cstemplates.host.doctor.Doctor.Check;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** What building and testing without root's rights needs of the kernel. */
record NamespaceChecks(Host host, Processes processes) {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long IDS_PER_USER = 65_536;

    List<Check> all() {
        return List.of(this::namespaces, this::tun, this::subordinateIds);
    }

    private CheckResult namespaces() {
        var name = "user namespaces";
        var purpose = "networks of their own for guests under test";
        if (host.path().find("unshare").isEmpty()) {
            return CheckResult.problem(name, purpose, Status.WARN, "known once unshare is installed");
        }
        var tried = processes.run(host.command("unshare", "-Urn", "true").timeout(LIMIT));
        if (tried.succeeded()) {
            return CheckResult.ok(name, purpose, "'unshare -Urn true' works");
        }
        var problem = CheckResult.problem(
                name, purpose, Status.MISSING, "not allowed: " + tried.tail().strip());
        if (says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")) {
            return problem.mendedBy(setting("kernel.apparmor_restrict_unprivileged_userns=0"));
        }
        if (says("/proc/sys/kernel/unprivileged_userns_clone", "0")) {
            return problem.mendedBy(setting("kernel.unprivileged_userns_clone=1"));
        }
        if (says("/proc/sys/user/max_user_namespaces", "0")) {
            return problem.mendedBy(setting("user.max_user_namespaces=15000"));
        }
        return problem.advising(
                "In a container, allow it user namespaces (podman: default; docker: --security-opt seccomp=unconfined).");
    }

    private CheckResult tun() {
        var name = "/dev/net/tun";
        var purpose = "the emulated virtual router's network";
        var device = host.file("/dev/net/tun");
        if (!Files.exists(device)) {
            return CheckResult.problem(name, purpose, Status.MISSING, "does not exist")
                    .mendedBy(FixCommand.asRoot("modprobe", "tun"));
        }
        try (var opened = FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return CheckResult.ok(name, purpose, opened.isOpen() ? "opens" : "exists");
        } catch (IOException e) {
            return CheckResult.problem(name, purpose, Status.MISSING, "does not open: " + e)
                    .mendedBy(FixCommand.asRoot("chmod", "0666", "/dev/net/tun"));
        }
    }

    private CheckResult subordinateIds() {
        var name = "subordinate ids";
        var purpose = "installing from packages without being root";
        if (host.userIsRoot()) {
            return CheckResult.ok(name, purpose, "root needs none");
        }
        if (has("/etc/subuid") && has("/etc/subgid")) {
            return CheckResult.ok(name, purpose, "in /etc/subuid and /etc/subgid");
        }
        var first = Math.max(firstFree("/etc/subuid"), firstFree("/etc/subgid"));
        var range = first + "-" + (first + IDS_PER_USER - 1);
        return CheckResult.problem(name, purpose, Status.MISSING, "none for " + host.user())
                .mendedBy(FixCommand.asRoot("usermod", "--add-subuids", range, "--add-subgids", range, host.user()));
    }

    private boolean has(String file) {
        return host.text(file).orElse("").lines().anyMatch(line -> line.startsWith(host.user() + ":"));
    }

    /** Ranges of two users must not overlap. */
    private long firstFree(String file) {
        return host.text(file)
                .orElse("")
                .lines()
                .map(line -> line.split(":", -1))
                .filter(parts -> parts.length == 3 && parts[1].matches("\\d{1,10}") && parts[2].matches("\\d{1,10}"))
                .mapToLong(parts -> Long.parseLong(parts[1]) + Long.parseLong(parts[2]))
                .reduce(100_000, Math::max);
    }

    private boolean says(String file, String value) {
        return host.text(file).filter(value::equals).isPresent();
    }

    private static FixCommand setting(String assignment) {
        return FixCommand.asRoot(
                "sh",
                "-c",
                "echo " + assignment + " > /etc/sysctl.d/60-cst.conf && sysctl -p /etc/sysctl.d/60-cst.conf");
    }
}
