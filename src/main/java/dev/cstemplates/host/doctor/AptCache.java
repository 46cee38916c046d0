package dev.cstemplates.host.doctor;

import dev.cstemplates.host.Host;
import dev.cstemplates.host.PackageManager;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/** Knows which packages a distribution really has, where that differs between its releases. */
final class AptCache {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Host host;
    private final Processes processes;

    AptCache(Host host, Processes processes) {
        this.host = host;
        this.processes = processes;
    }

    /** Whether the host has its distribution's package lists; those that are not Debian's kin fetch them by themselves. */
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

    /** Whether it is certain that {@code name} can't be installed from here; only Debian and its kin can tell. */
    boolean lacks(String name) {
        if (!isApt() || !isLoaded() || host.path().find("apt-cache").isEmpty()) {
            return false;
        }
        var result = processes.run(
                host.command("apt-cache", "policy", name).env("LC_ALL", "C").timeout(LIMIT));
        return result.lines().stream()
                .map(String::strip)
                .noneMatch(line -> line.startsWith("Candidate:") && !line.endsWith("(none)"));
    }

    private boolean isApt() {
        return host.os().packageManager().filter(PackageManager.APT::equals).isPresent();
    }
}
