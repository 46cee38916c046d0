package dev.cstemplates.validation.target;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import java.time.Duration;
import java.util.List;

/**
 * The properties that a template must have.
 *
 * @param family {@code ID} in os-release, for example {@code debian}
 * @param release {@code VERSION_ID} in os-release
 * @param packageFamily {@code apt}, {@code dnf} or {@code zypper}
 * @param virtualSize of the disk
 * @param cpu lowest CPU level that it runs on: {@code x86-64-v1} to {@code x86-64-v4}, {@code armv8-a}
 * @param cpus virtual processors of the machine that boots it
 * @param memory of that machine
 * @param defaultUser account that gets the SSH key and the password
 * @param passwordEnabled whether CloudStack sets that account's password
 * @param datasources cloud-init's datasource list
 * @param mirrors allowed base URLs of its package sources
 * @param boot time limit from power-on to an SSH login, with hardware virtualization
 * @param emulationFactor factor of that limit under software emulation
 */
public record Expectations(
        Architecture architecture,
        String family,
        String release,
        String packageFamily,
        ByteSize virtualSize,
        String cpu,
        int cpus,
        ByteSize memory,
        String defaultUser,
        boolean passwordEnabled,
        List<String> datasources,
        List<String> mirrors,
        Duration boot,
        int emulationFactor) {

    public Expectations {
        datasources = List.copyOf(datasources);
        mirrors = List.copyOf(mirrors);
    }

    /** The same with another datasource list. */
    public Expectations withDatasources(List<String> others) {
        return new Expectations(
                architecture,
                family,
                release,
                packageFamily,
                virtualSize,
                cpu,
                cpus,
                memory,
                defaultUser,
                passwordEnabled,
                others,
                mirrors,
                boot,
                emulationFactor);
    }
}
