/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cstemplates.SharedImage;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses this host's Packer and QEMU; {@code CST_TEST_PACKER} selects another Packer. */
@Tag("real-tools")
@Tag("shared-image")
class PackerRunTest {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** A disk with data that is not bootable. */
    private static final String MAKE_A_DISK =
            "qemu-img create -q -f qcow2 \"$CST_OUTPUT\" \"$CST_DISK_SIZE\" && qemu-io -c 'write -P 7 0 80M'"
                    + " \"$CST_OUTPUT\"";

    @TempDir
    private Path folder;

    private final Processes processes = new Processes();
    private final ProjectRenderer renderer = new ProjectRenderer(SampleProjects.CONFIGURATIONS, Host.ofThisProcess());
    private final List<String> activity = Collections.synchronizedList(new ArrayList<>());
    private PackerRun run;
    private Path cache;

    @BeforeEach
    void findPacker() {
        cache = folder.resolve("cache");
        var program = System.getenv().getOrDefault("CST_TEST_PACKER", "packer");
        run = new PackerRun(processes, Packer.find(program, cache, processes));
    }

    @AfterEach
    void leaveNoProcess() {
        processes.close();
    }

    @Test
    void packerAcceptsEveryProject() throws IOException {
        var script = SampleProjects.script(folder, "10-first.sh", "true");

        run.validate(renderer.render(SampleProjects.bootstrap(script), folder.resolve("install")));
        for (var accelerator : Accelerator.values()) {
            run.validate(renderer.render(
                    SampleProjects.prepare(Architecture.X86_64, Firmware.BIOS, accelerator, script),
                    folder.resolve("bios-" + accelerator)));
            run.validate(renderer.render(
                    SampleProjects.prepare(Architecture.X86_64, Firmware.UEFI, accelerator, script),
                    folder.resolve("uefi-" + accelerator)));
            run.validate(renderer.render(
                    SampleProjects.prepare(Architecture.AARCH64, Firmware.UEFI, accelerator, script),
                    folder.resolve("aarch64-" + accelerator)));
        }
    }

    @Test
    void reportsPackersValidationErrors() throws IOException {
        var project = renderer.render(
                SampleProjects.bootstrap(SampleProjects.script(folder, "a.sh", "true")), folder.resolve("install"));
        Files.delete(project.folder().resolve("scripts/a.sh"));

        assertThatThrownBy(() -> run.validate(project))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("scripts/a.sh");
    }

    @Test
    void runsTheBuilderWithItsEnvironmentFromAnyFolder() throws IOException {
        var script = SampleProjects.script(
                folder,
                "make.sh",
                "echo \"suite=<$CST_SUITE> arch=<$CST_ARCH> mirror=<$CST_BUILD_MIRROR>\"",
                "mkdir -p \"${CST_OUTPUT%/*}\"",
                MAKE_A_DISK);
        var odd = new BootstrapProject(
                Architecture.X86_64,
                Accelerator.TCG,
                ByteSize.ofGiB(4),
                script,
                List.of(),
                Map.of("CST_SUITE", "it's \"$HOME\" `id` \\t, ok", "CST_BUILD_MIRROR", "http://one"));
        var project = renderer.render(odd, folder.resolve("with a space/install"));

        var disk = run.build(build(project).with("build_mirror", "http://two"));

        assertThat(activity).contains("suite=<it's \"$HOME\" `id` \\t, ok> arch=<x86_64> mirror=<http://two>");
        assertThat(disk.file()).isEqualTo(project.disk()).isRegularFile();
        assertThat(disk.virtualSize()).isEqualTo(ByteSize.ofGiB(4));
        assertThat(disk.allocated()).isGreaterThan(ByteSize.ofMiB(80));
        assertThat(folder.resolve("logs/packer.log")).content().contains("artifact");
        assertThat(folder.resolve("logs/packer-debug.log")).isNotEmptyFile();
        assertThat(cache.resolve("tmp")).isEmptyDirectory();
    }

    /** Packer leaks open files, and mmdebstrap's shell supports no file descriptors above 9. */
    @Test
    void closesPackersOpenFilesForTheBuilder() throws IOException {
        failureOf(install("echo \"highest=$(ls /proc/self/fd | sort -n | tail -1)\""));

        assertThat(activity).contains("highest=3");
    }

    @Test
    void reportsWhyQemuDidNotStart() throws IOException {
        var project = preparationOfAnUnbootableDisk(Duration.ofSeconds(10));

        var thrown = catchThrowable(() -> run.build(build(project).with("memory", "99999999")));

        assertThat(thrown).isInstanceOf(Failure.class).hasMessageContaining("memory");
    }

    @Test
    void namesTheFailedScriptAndShowsItsOutput() throws IOException {
        var project = install("echo all was well", "echo 'E: the disk is upside down' >&2", "exit 7");

        var failure = failureOf(project);

        assertThat(failure.message()).contains("make.sh").contains("7").contains("E: the disk is upside down");
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
        assertThat(failure.isTransient()).isFalse();
    }

    @Test
    void reportsAFullDisk() throws IOException {
        var failure = failureOf(install("echo much > /dev/full"));

        assertThat(failure.message()).contains("disk is full").contains("make.sh");
        assertThat(failure.kind()).isEqualTo(Failure.Kind.HOST);
        assertThat(failure.isTransient()).isTrue();
    }

    @Test
    void doesNotAcceptSuccessWithoutADisk() throws IOException {
        assertThat(failureOf(install("true")).message()).contains("left no disk");
    }

    @Test
    void doesNotAcceptSuccessWithAnEmptyDisk() throws IOException {
        var project = install("mkdir -p \"${CST_OUTPUT%/*}\"", "qemu-img create -q -f qcow2 \"$CST_OUTPUT\" 4G");

        assertThat(failureOf(project).message()).contains("nothing was installed");
        assertThat(project.disk()).doesNotExist();
    }

    @Test
    void doesNotAcceptSuccessWithADiskOfAnotherSizeOrFormat() throws IOException {
        assertThat(failureOf(install("mkdir -p \"${CST_OUTPUT%/*}\"", "CST_DISK_SIZE=1G", MAKE_A_DISK))
                        .message())
                .contains("expected 4 GiB");
        assertThat(failureOf(install("mkdir -p \"${CST_OUTPUT%/*}\"", "truncate -s 4G \"$CST_OUTPUT\""))
                        .message())
                .contains("qemu-img");
    }

    @Test
    void failsOnAGuestThatNeverAcceptsALogin() throws IOException {
        var failure = failureOf(preparationOfAnUnbootableDisk(Duration.ofSeconds(10)));

        assertThat(failure.message()).contains("SSH");
        assertThat(failure.isTransient()).isTrue();
        assertThat(guestsOf(folder)).isEmpty();
    }

    @Test
    void leavesNoGuestBehindWhenInterrupted() throws Exception {
        var project = preparationOfAnUnbootableDisk(Duration.ofMinutes(5));
        var waiting = new CountDownLatch(1);
        var outcome = new AtomicReference<Throwable>();
        var build = PackerRun.PackerBuild.of(project, folder.resolve("logs"), LIMIT)
                .with("base_disk", base().toString())
                .reportingTo(line -> {
                    activity.add(line);
                    if (line.contains("Waiting for SSH")) {
                        waiting.countDown();
                    }
                });
        var builder = Thread.ofPlatform().start(() -> outcome.set(catchThrowable(() -> run.build(build))));

        assertThat(waiting.await(2, TimeUnit.MINUTES))
                .as("reached the login; the build said %s, its outcome was %s", activity, outcome)
                .isTrue();
        assertThat(guestsOf(folder)).isNotEmpty();
        builder.interrupt();
        builder.join();

        assertThat(outcome.get())
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.CANCELLED));
        assertThat(guestsOf(folder)).isEmpty();
        assertThat(project.disk()).doesNotExist();
    }

    @Test
    void preparesABootedGuestAsRoot() throws IOException {
        var first = SampleProjects.script(folder, "10-who.sh", "echo \"user=$(id -un) for=<$CST_DATASOURCES>\"");
        var second = SampleProjects.script(folder, "20-mark.sh", "echo prepared > /etc/cst-marker", "sync");
        var project = renderer.render(SampleProjects.prepare(first, second), folder.resolve("prepare"));

        var disk = run.build(
                build(project).with("base_disk", SharedImage.get().base().toString()));

        assertThat(activity).contains("user=root for=<ConfigDrive, CloudStack, None>");
        assertThat(disk.virtualSize()).isEqualTo(ByteSize.ofGiB(4));
        assertThat(project.serialLog()).isNotEmptyFile();
        assertThat(guestsOf(folder)).isEmpty();
    }

    private PackerRun.PackerBuild build(RenderedProject project) {
        return PackerRun.PackerBuild.of(project, folder.resolve("logs"), Duration.ofMinutes(30))
                .reportingTo(activity::add);
    }

    private Failure failureOf(RenderedProject project) {
        var thrown = catchThrowable(() -> run.build(
                build(project).with("output_directory", project.output().toString())));
        assertThat(thrown).isInstanceOf(Failure.class);
        return (Failure) thrown;
    }

    private RenderedProject install(String... lines) throws IOException {
        var script = SampleProjects.script(folder, "make.sh", lines);
        return renderer.render(SampleProjects.bootstrap(script), Files.createTempDirectory(folder, "install"));
    }

    private RenderedProject preparationOfAnUnbootableDisk(Duration sshTimeout) throws IOException {
        var script = SampleProjects.script(folder, "10-first.sh", "true");
        var project = new PrepareProject(
                Architecture.X86_64,
                Firmware.BIOS,
                Accelerator.TCG,
                1,
                ByteSize.ofMiB(256),
                ByteSize.ofGiB(1),
                sshTimeout,
                Duration.ofMinutes(1),
                List.of(script),
                Map.of());
        var rendered = renderer.render(project, folder.resolve("prepare"));
        Files.createDirectories(folder.resolve("install/output"));
        Files.copy(base(), folder.resolve("install/output/disk.qcow2"));
        return rendered;
    }

    private Path base() throws IOException {
        var disk = folder.resolve("base.qcow2");
        if (!Files.exists(disk)) {
            processes.check(Command.of("qemu-img", "create", "-q", "-f", "qcow2", disk.toString(), "1G"));
        }
        return disk;
    }

    private static List<ProcessHandle> guestsOf(Path folder) throws IOException {
        var found = new ArrayList<ProcessHandle>();
        for (var process : ProcessHandle.allProcesses().toList()) {
            var commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
            if (process.info().command().orElse("").contains("qemu-system")
                    && Files.exists(commandLine)
                    && Files.readString(commandLine).contains(folder.toString())) {
                found.add(process);
            }
        }
        return found;
    }
}
