package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.SharedImage;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cleans a copy of a real Debian disk that contains traces of a build. */
@Tag("real-tools")
@Tag("shared-image")
class OfflineCleanupRealToolsTest {

    private static final Duration LIMIT = Duration.ofMinutes(15);

    private static final List<String> TRACES = List.of(
            "/etc/ssh/ssh_host_ed25519_key",
            "/root/.bash_history",
            "/root/.ssh/authorized_keys",
            "/var/lib/systemd/random-seed",
            "/var/lib/systemd/credential.secret",
            "/var/lib/cloud/data/instance-id",
            "/var/log/cloud-init.log",
            "/var/log/journal/0123/system.journal",
            "/var/lib/apt/lists/mirror_InRelease",
            "/var/lib/dhcp/dhclient.ens3.leases",
            "/etc/netplan/50-cloud-init.yaml",
            "/etc/passwd-",
            "/tmp/scratch");

    private final Processes processes = new Processes();

    @TempDir
    Path folder;

    @AfterEach
    void endPrograms() {
        processes.close();
    }

    @Test
    void removesAllTracesAndKeepsItsInputUnchanged() throws IOException {
        var disk = SharedImage.get().kvm();
        var libguestfs = new Libguestfs(processes, Accelerator.TCG, Architecture.ofThisHost(), folder.resolve("work"));
        var log = folder.resolve("test.log");
        var dirty = folder.resolve("dirty.qcow2");
        processes.check(Command.of(OfflineCleanup.overlayOn(disk, dirty)));
        var soil = new ArrayList<String>();
        for (var trace : TRACES) {
            soil.add("mkdir-p " + Path.of(trace).getParent());
            soil.add("write " + trace + " trace");
        }
        soil.add("write /etc/machine-id 0123456789abcdef0123456789abcdef");
        libguestfs.guestfish(List.of("--rw", "--add", dirty.toString(), "--inspector"), soil, log, LIMIT, line -> {});
        var before = Sha256.of(dirty);

        var golden = folder.resolve("golden.qcow2");
        new OfflineCleanup(processes)
                .run(
                        new OfflineCleanup.CleanupRequest(
                                dirty,
                                golden,
                                folder.resolve("work"),
                                Path.of("scripts/cleanup/apt").toAbsolutePath(),
                                log,
                                Architecture.ofThisHost(),
                                Accelerator.TCG),
                        line -> {});

        assertThat(Sha256.of(dirty)).isEqualTo(before);
        var look =
                new ArrayList<>(TRACES.stream().map(trace -> "exists " + trace).toList());
        look.add("filesize /etc/machine-id");
        var found = libguestfs.guestfish(
                List.of("--ro", "--add", golden.toString(), "--inspector"), look, log, LIMIT, line -> {});
        assertThat(found.lines()).hasSize(TRACES.size() + 1).endsWith("0");
        assertThat(found.lines().subList(0, TRACES.size())).containsOnly("false");
    }
}
