/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.PackerRequirements;
import dev.cstemplates.host.process.Processes;
import java.time.Duration;

/** Checks for Packer's QEMU plugin, by the rules of {@link PackerRequirements}. */
final class PackerPluginCheck {

    private static final String NAME = "packer plugin qemu";
    private static final String PURPOSE = "starting guests from Packer";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Host host;
    private final Processes processes;

    PackerPluginCheck(Host host, Processes processes) {
        this.host = host;
        this.processes = processes;
    }

    HostCheck examine() {
        if (host.path().find("packer").isEmpty()) {
            // Whether a plugin is needed depends on the version that gets installed.
            return HostCheck.warning(NAME, PURPOSE, "not checked: packer is not installed");
        }
        var packer = PackerRequirements.versionIn(output("version"));
        if (packer.isEmpty() || !PackerRequirements.needsPlugin(packer.get())) {
            return HostCheck.passed(NAME, PURPOSE, "built in");
        }
        var plugin = PackerRequirements.pluginIn(output("plugins", "installed"));
        if (plugin.isEmpty()) {
            return HostCheck.missing(NAME, PURPOSE, "not installed for " + host.user())
                    .fixedBy(PackerRequirements.installPlugin(plugin));
        }
        if (PackerRequirements.isBroken(plugin.get())) {
            return HostCheck.missing(
                            NAME,
                            PURPOSE,
                            plugin.get() + " is broken: it powers guests off before their installer has finished")
                    .fixedBy(PackerRequirements.installPlugin(plugin));
        }
        return HostCheck.passed(NAME, PURPOSE, plugin.get().toString());
    }

    private String output(String... arguments) {
        var command = host.command("packer")
                .with(arguments)
                .env("CHECKPOINT_DISABLE", "1")
                .timeout(LIMIT);
        try {
            return processes.run(command).output();
        } catch (Failure failure) {
            if (failure.kind() == Failure.Kind.CANCELLED) {
                throw failure;
            }
            return "";
        }
    }
}
