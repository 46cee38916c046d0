/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Firmware;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Boots a base disk and sets it up over SSH as root.
 *
 * @param sshTimeout maximum time from power-on to a login with this accelerator
 * @param shutdownTimeout maximum time from the shutdown command to power-off with this accelerator
 * @param scripts run in the guest in this order
 * @param environment environment variables of the scripts; {@code CST_ARCH} is added
 */
public record PrepareProject(
        Architecture architecture,
        Firmware firmware,
        Accelerator accelerator,
        int cpus,
        ByteSize memory,
        ByteSize disk,
        Duration sshTimeout,
        Duration shutdownTimeout,
        List<Path> scripts,
        Map<String, String> environment)
        implements PackerProject {

    public PrepareProject {
        if (architecture == Architecture.AARCH64 && firmware != Firmware.UEFI) {
            throw Failure.usage("aarch64 machines boot by UEFI only", "Use the firmware uefi.");
        }
        if (scripts.isEmpty()) {
            throw Failure.usage("There are no preparation scripts", "Check scripts/preparation/ in the installation.");
        }
        Disks.wholeMebibytes(disk);
        scripts = List.copyOf(scripts);
        environment =
                Environment.of(environment).with("CST_ARCH", architecture.id()).names();
    }

    @Override
    public String phase() {
        return "prepare";
    }

    @Override
    public SortedMap<String, String> machine() {
        return new TreeMap<>(Map.of(
                "accelerator", accelerator.id(),
                "cpus", Integer.toString(cpus),
                "memory", Long.toString(memory.toMiB()),
                "ssh_timeout", sshTimeout.toSeconds() + "s",
                "shutdown_timeout", shutdownTimeout.toSeconds() + "s"));
    }

    @Override
    public List<String> qualifiers() {
        var processor = architecture.id();
        return List.of(
                processor, accelerator.id(), processor + "." + firmware.id(), processor + "." + accelerator.id());
    }
}
