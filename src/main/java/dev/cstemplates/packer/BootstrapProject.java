/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Creates the first disk on this host with the distribution's package tool.
 *
 * @param script the builder script; the renderer adds {@code CST_ARCH}, {@code CST_DISK_SIZE} (bytes), {@code CST_ACCELERATOR}, {@code
 *     CST_OUTPUT} and {@code CST_WORK} to its environment
 * @param helpers files that the script sources from its own folder
 * @param environment further variables of the script
 */
public record BootstrapProject(
        Architecture architecture,
        Accelerator accelerator,
        ByteSize disk,
        Path script,
        List<Path> helpers,
        Map<String, String> environment)
        implements PackerProject {

    public BootstrapProject {
        environment = Environment.of(environment)
                .with("CST_ARCH", architecture.id())
                .with("CST_DISK_SIZE", Long.toString(Disks.wholeMebibytes(disk).bytes()))
                .names();
    }

    @Override
    public String phase() {
        return "install";
    }

    @Override
    public List<Path> scripts() {
        return List.of(script);
    }

    @Override
    public SortedMap<String, String> machine() {
        return new TreeMap<>(Map.of("accelerator", accelerator.id()));
    }

    @Override
    public List<String> qualifiers() {
        return List.of(architecture.id(), accelerator.id(), architecture.id() + "." + accelerator.id());
    }
}
