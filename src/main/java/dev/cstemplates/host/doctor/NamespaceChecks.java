/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host.doctor;

import dev.cstemplates.host.FixCommand;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.doctor.Doctor.Check;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the kernel must allow for building and testing without root. */
record NamespaceChecks(Host host, Processes processes) {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long IDS_PER_USER = 65_536;

    List<Check> all() {
        return List.of(this::namespaces, this::tun, this::subordinateIds);
    }

    private HostCheck namespaces() {
        var name = "user namespaces";
        var purpose = "isolated networks for guests under test";
        if (host.path().find("unshare").isEmpty()) {
            return HostCheck.warning(name, purpose, "not checked: unshare is not installed");
        }
        var tried = processes.run(host.command("unshare", "-Urn", "true").timeout(LIMIT));
        if (tried.succeeded()) {
            return HostCheck.passed(name, purpose, "'unshare -Urn true' works");
        }
        var problem =
                HostCheck.missing(name, purpose, "not allowed: " + tried.tail().strip());
        var settings = new ArrayList<FixCommand>();
        allow("kernel.apparmor_restrict_unprivileged_userns", "1", "0", settings);
        allow("kernel.unprivileged_userns_clone", "0", "1", settings);
        allow("user.max_user_namespaces", "0", "15000", settings);
        return settings.isEmpty()
                ? problem.advising("In a container, allow user namespaces (podman: default; docker: --security-opt"
                        + " seccomp=unconfined).")
                : problem.fixedBy(settings);
    }

    /** Adds the command that changes a kernel parameter where it has the value {@code forbidding}. */
    private void allow(String parameter, String forbidding, String allowing, List<FixCommand> settings) {
        var current = host.text("/proc/sys/" + parameter.replace('.', '/'));
        if (current.filter(forbidding::equals).isPresent()) {
            // One file per parameter: another fix must not overwrite it.
            var file = "/etc/sysctl.d/60-cst-" + parameter + ".conf";
            settings.add(FixCommand.asRoot(
                    "sh", "-c", "echo " + parameter + "=" + allowing + " > " + file + " && sysctl -p " + file));
        }
    }

    private HostCheck tun() {
        var name = "/dev/net/tun";
        var purpose = "the emulated virtual router's network";
        var device = host.file("/dev/net/tun");
        if (!Files.exists(device)) {
            return HostCheck.missing(name, purpose, "does not exist").fixedBy(FixCommand.asRoot("modprobe", "tun"));
        }
        try (var opened = FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return HostCheck.passed(name, purpose, opened.isOpen() ? "opens" : "exists");
        } catch (IOException e) {
            return HostCheck.missing(name, purpose, "does not open: " + e)
                    .fixedBy(FixCommand.asRoot("chmod", "0666", "/dev/net/tun"));
        }
    }

    private HostCheck subordinateIds() {
        var name = "subordinate ids";
        var purpose = "installing packages without root";
        if (host.userIsRoot()) {
            return HostCheck.passed(name, purpose, "not needed by root");
        }
        if (has("/etc/subuid") && has("/etc/subgid")) {
            return HostCheck.passed(name, purpose, "in /etc/subuid and /etc/subgid");
        }
        var first = Math.max(firstFree("/etc/subuid"), firstFree("/etc/subgid"));
        var range = first + "-" + (first + IDS_PER_USER - 1);
        return HostCheck.missing(name, purpose, "none for " + host.user())
                .fixedBy(FixCommand.asRoot("usermod", "--add-subuids", range, "--add-subgids", range, host.user()));
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
}
