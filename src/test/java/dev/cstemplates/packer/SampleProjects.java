/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.process.SearchPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** SampleProjects for tests. */
final class SampleProjects {

    static final Path CONFIGURATIONS = Path.of("configs/packer");

    /** Without firmware, so that rendered projects do not depend on the host that runs the tests. */
    static final Host HOST = new Host(Path.of("/nowhere"), new SearchPath(List.of()), "root");

    private SampleProjects() {}

    static Path script(Path folder, String name, String... lines) throws IOException {
        Files.createDirectories(folder);
        return Files.writeString(
                folder.resolve(name), "#!/bin/bash\nset -euo pipefail\n" + String.join("\n", lines) + "\n");
    }

    static BootstrapProject bootstrap(Path script) {
        return new BootstrapProject(
                Architecture.X86_64,
                Accelerator.TCG,
                ByteSize.ofGiB(4),
                script,
                List.of(),
                Map.of(
                        "CST_SUITE", "bookworm",
                        "CST_COMPONENTS", "main",
                        "CST_BUILD_MIRROR", "http://mirror.example.org/debian",
                        "CST_MODE", "root"));
    }

    static PrepareProject prepare(
            Architecture architecture, Firmware firmware, Accelerator accelerator, Path... scripts) {
        return new PrepareProject(
                architecture,
                firmware,
                accelerator,
                2,
                ByteSize.ofGiB(2),
                ByteSize.ofGiB(4),
                Duration.ofMinutes(20),
                Duration.ofMinutes(5),
                List.copyOf(Arrays.asList(scripts)),
                Map.of("CST_DEFAULT_USER", "debian", "CST_DATASOURCES", "ConfigDrive, CloudStack, None"));
    }

    static PrepareProject prepare(Path... scripts) {
        return prepare(Architecture.X86_64, Firmware.BIOS, Accelerator.TCG, scripts);
    }
}
