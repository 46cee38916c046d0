/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.boot;

import dev.cstemplates.ssh.SshLogin;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Facts about a guest, read in one SSH command. */
record GuestFacts(Map<String, String> values) {

    static final String MARKER = "/run/cst-user-data";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String SCRIPT = """
        set -u
        say() { printf '%s=%s\\n' "$1" "$(printf '%s' "$2" | tr '\\n' ' ')"; }
        say hostname "$(hostname)"
        say machineId "$(cat /etc/machine-id 2>/dev/null)"
        say hostKeys "$(cat /etc/ssh/ssh_host_*_key.pub 2>/dev/null | sha256sum | cut -d' ' -f1)"
        say hostKeyFiles "$(find /etc/ssh -name 'ssh_host_*_key' | wc -l)"
        say userData "$(cat MARKER 2>/dev/null)"
        say cloudInitResult "$(cat /run/cloud-init/result.json 2>/dev/null)"
        say cloudInitVersion "$(cloud-init --version 2>&1)"
        say kernel "$(uname -r)"
        say os "$(. /etc/os-release && printf '%s' "$PRETTY_NAME")"
        device=$(findmnt -nro SOURCE / | sed 's/\\[.*//')
        partition=$(basename "$(readlink -f "$device")")
        place=/sys/class/block/$partition
        say rootDevice "$device"
        say rootFilesystem "$(df -B1 --output=size / | tail -n 1 | tr -d ' ')"
        if [ -e "$place/partition" ]; then
          disk=$(basename "$(dirname "$(readlink -f "$place")")")
          say disk "$(( $(cat "/sys/class/block/$disk/size") * 512 ))"
          say rootPartition "$(( $(cat "$place/size") * 512 ))"
          say rootEnd "$(( ($(cat "$place/start") + $(cat "$place/size")) * 512 ))"
        fi
        """.replace("MARKER", MARKER);

    static GuestFacts read(SshLogin login) throws IOException {
        var result = login.asRoot(SCRIPT, LIMIT);
        if (result.exitCode() != 0) {
            throw new IOException("reading the guest's facts as root failed with exit code " + result.exitCode() + ": "
                    + result.errors().strip());
        }
        return parse(result.output());
    }

    static GuestFacts parse(String output) {
        var values = new HashMap<String, String>();
        output.lines().forEach(line -> {
            var equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1).strip());
            }
        });
        return new GuestFacts(Map.copyOf(values));
    }

    /** The fact called {@code name}; empty if unknown. */
    String text(String name) {
        return values.getOrDefault(name, "");
    }

    /** Whether the fact {@code name} is known and equal in both. */
    boolean agreesWith(GuestFacts other, String name) {
        return !text(name).isEmpty() && text(name).equals(other.text(name));
    }

    /**
     * Why the root file system does not fill an enlarged disk; empty if it does.
     *
     * @param disk expected size in bytes
     */
    Optional<String> rootNotGrownTo(long disk) {
        var seen = number("disk");
        var partition = number("rootPartition");
        var end = number("rootEnd");
        var filesystem = number("rootFilesystem");
        if (seen == null || partition == null || end == null || filesystem == null) {
            return Optional.of("The root file system is not on a partition: " + text("rootDevice"));
        }
        if (seen != disk) {
            return Optional.of("The guest sees a disk of " + seen + " bytes, expected " + disk);
        }
        if (disk - end > 4 << 20) {
            return Optional.of("The root partition ends at " + end + " of " + disk + " bytes");
        }
        // File system metadata takes some space: 2 % with ext4.
        if (filesystem < partition / 100 * 93) {
            return Optional.of("The root partition has " + partition + " bytes, its file system " + filesystem);
        }
        return Optional.empty();
    }

    private @Nullable Long number(String name) {
        var text = text(name);
        return text.matches("\\d{1,18}") ? Long.valueOf(text) : null;
    }
}
