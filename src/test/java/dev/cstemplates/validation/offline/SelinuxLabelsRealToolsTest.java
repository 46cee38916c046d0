/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.SharedImage;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.guest.Libguestfs;
import dev.cstemplates.guest.OfflineCleanup;
import dev.cstemplates.guest.OfflineVariants;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.validation.target.Expectations;
import dev.cstemplates.validation.target.ValidationTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels of SELinux on a real disk, with setfiles of this host and a small policy. */
@Tag("real-tools")
@Tag("shared-image")
final class SelinuxLabelsRealToolsTest {

    private static final Path SETFILES = Path.of("/usr/sbin/setfiles");
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private static final String CONTEXTS = """
        /.* system_u:object_r:default_t:s0
        /etc(/.*)? system_u:object_r:etc_t:s0
        /etc/hostname -- system_u:object_r:hostname_etc_t:s0
        /var/log(/.*)? system_u:object_r:var_log_t:s0
        /var/log/wtmp -- system_u:object_r:wtmp_t:s0
        """;

    private final Processes processes = new Processes();

    @TempDir
    private Path folder;

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void labelsSurviveCleanUpAndVariants() throws IOException {
        Assumptions.assumeTrue(Files.exists(SETFILES), "SKIPPED: the package policycoreutils is not installed");
        var prepared = overlay(SharedImage.get().base(), "prepared.qcow2");
        var contexts = Files.writeString(folder.resolve("file_contexts"), CONTEXTS);
        change(
                prepared,
                "upload " + SETFILES + " /usr/sbin/setfiles",
                "chmod 0755 /usr/sbin/setfiles",
                "mkdir-p /etc/selinux/small/contexts/files",
                "upload " + contexts + " /etc/selinux/small/contexts/files/file_contexts",
                "write /etc/selinux/config \"SELINUX=enforcing\\nSELINUXTYPE=small\\n\"",
                "mkdir-p /etc/cloud/cloud.cfg.d",
                "write /etc/cloud/cloud.cfg.d/99_cloudstack.cfg \"datasource_list: [ None ]\\n\"");
        var golden = folder.resolve("golden.qcow2");
        new OfflineCleanup(processes)
                .run(
                        new OfflineCleanup.CleanupRequest(
                                prepared,
                                golden,
                                folder.resolve("work"),
                                Path.of("scripts/cleanup/apt").toAbsolutePath(),
                                log(),
                                Architecture.ofThisHost(),
                                Accelerator.TCG),
                        line -> {});
        var variant = folder.resolve("vmware.qcow2");
        new OfflineVariants(processes)
                .make(new OfflineVariants.VariantsRequest(
                        golden,
                        Path.of("scripts/variants/cloud-init.sh").toAbsolutePath(),
                        List.of(new OfflineVariants.VariantDisk(
                                "vmware", variant, new TreeMap<>(Map.of("CST_DATASOURCES", "CloudStack")))),
                        folder.resolve("work"),
                        log(),
                        Architecture.ofThisHost(),
                        Accelerator.TCG));
        // It is an overlay of the golden disk, so this shows both.
        var labels = labels(variant);
        assertThat(labels.status()).as(labels.detail()).isEqualTo(Status.PASSED);
    }

    private Path overlay(Path base, String name) {
        var overlay = folder.resolve(name);
        processes.check(Command.of("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2")
                .with("-b", base.toAbsolutePath().toString(), overlay.toString()));
        return overlay;
    }

    private void change(Path disk, String... commands) {
        new Libguestfs(processes, Accelerator.TCG, Architecture.ofThisHost(), folder.resolve("work"))
                .guestfish(
                        List.of("--rw", "--format=qcow2", "--add", disk.toString(), "--inspector"),
                        List.of(commands),
                        log(),
                        LIMIT,
                        line -> {});
    }

    private CheckResult labels(Path disk) {
        var expected = new Expectations(
                Architecture.ofThisHost(),
                "debian",
                "12",
                "apt",
                ByteSize.ofGiB(4),
                "x86-64-v1",
                1,
                ByteSize.ofGiB(1),
                "debian",
                true,
                List.of("None"),
                List.of(),
                Duration.ofMinutes(5),
                1);
        return new OfflineValidation(processes, Path.of("scripts", "validation", "offline"))
                        .run(
                                new OfflineRequest(
                                        new ValidationTarget(disk, "qcow2", expected, Accelerator.TCG),
                                        Set.of("common/selinux.sh"),
                                        folder.resolve("work"),
                                        log()),
                                line -> {})
                        .checks()
                        .stream()
                        .filter(check -> check.id().equals("selinux.labels"))
                        .findFirst()
                        .orElseThrow();
    }

    private Path log() {
        return folder.resolve("test.log");
    }
}
