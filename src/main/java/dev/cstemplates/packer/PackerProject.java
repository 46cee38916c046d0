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

/** The Packer project of one phase; {@link ProjectRenderer} renders it to a folder that plain {@code packer build} runs. */
public sealed interface PackerProject permits BootstrapProject, InstallerProject, PrepareProject {

    /** Name of the rendered folder. */
    String phase();

    /** Name of its base configuration. */
    default String configuration() {
        return phase();
    }

    Architecture architecture();

    Accelerator accelerator();

    /** Virtual size of the resulting disk. */
    ByteSize disk();

    /** The scripts in the order in which Packer runs them, with distinct file names. Empty for an installer. */
    List<Path> scripts();

    /** Files that the scripts source from their own folder. */
    default List<Path> helpers() {
        return List.of();
    }

    /** Environment variables of the scripts, {@code CST_…}; each is also a Packer variable, see {@link ProjectRenderer}. */
    Map<String, String> environment();

    /** Settings of the build machine by Packer variable. They do not affect the disk's content. */
    SortedMap<String, String> machine();

    /** Suffixes of the configurations that are merged over the base configuration if they exist; later ones win. */
    List<String> qualifiers();
}
