/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host.doctor;

import dev.cstemplates.host.Host;
import dev.cstemplates.host.PackageManager;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/** Which packages apt can install: that differs between a distribution's releases. */
final class AptCache {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Host host;
    private final Processes processes;

    AptCache(Host host, Processes processes) {
        this.host = host;
        this.processes = processes;
    }

    /** Whether apt's package lists are downloaded; other package managers download them on demand. */
    boolean isLoaded() {
        if (!isApt()) {
            return true;
        }
        try (var lists = Files.list(host.file("/var/lib/apt/lists"))) {
            return lists.anyMatch(file -> file.toString().contains("_Packages"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether {@code name} is certainly not available; only apt can answer that offline. */
    boolean isUnavailable(String name) {
        if (!isApt() || !isLoaded() || host.path().find("apt-cache").isEmpty()) {
            return false;
        }
        var result = processes.run(host.command("apt-cache", "policy", name).timeout(LIMIT));
        return result.lines().stream()
                .map(String::strip)
                .noneMatch(line -> line.startsWith("Candidate:") && !line.endsWith("(none)"));
    }

    private boolean isApt() {
        return host.os().packageManager().filter(PackageManager.APT::equals).isPresent();
    }
}
