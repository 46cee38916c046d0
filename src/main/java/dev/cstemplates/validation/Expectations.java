package dev.cstemplates.validation;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import java.time.Duration;
import java.util.List;

/**
 * What a template has to be like.
 *
 * @param family what {@code ID} in os-release says, for example {@code debian}
 * @param release what {@code VERSION_ID} says
 * @param packageFamily {@code apt}, {@code dnf} or {@code zypper}
 * @param virtualSize of the disk
 * @param cpu lowest processor that it runs on: {@code x86-64-v1} to {@code x86-64-v4}, {@code armv8-a}
 * @param cpus virtual processors of the machine that it is booted in
 * @param memory of that machine
 * @param defaultUser account that gets key and password
 * @param passwordEnabled whether CloudStack may set that account's password
 * @param datasources cloud-init's datasource list
 * @param mirrors base URLs that the package sources may name
 * @param boot longest time from power-on to a login over SSH, with hardware virtualization
 * @param emulationFactor what that is multiplied with under software emulation
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

    /** The same, but for cloud-init's datasource list. */
    Expectations withDatasources(List<String> others) {
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
