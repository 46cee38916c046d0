/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cstemplates.TinyGuest;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.guest.GuestWatchdog;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.packer.Packer;
import dev.cstemplates.packer.PackerProject;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.PrepareProject;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.RenderedProject;
import dev.cstemplates.pipeline.SimulatedBuild;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Guests of real Packer that fail long before Packer notices. */
@Tag("real-tools")
class PackerPhaseRealTest {

    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void leaveNothing() {
        processes.close();
    }

    @Test
    void aKernelPanicFailsThePhaseImmediately() throws IOException {
        var failure = failureOf(Duration.ofHours(1), "echo c > /proc/sysrq-trigger");

        assertThat(failure.message()).contains("kernel panicked");
        assertThat(failure.isTransient()).isFalse();
    }

    @Test
    void aHungGuestFailsThePhaseWithItsScreen() throws IOException {
        var failure = failureOf(Duration.ofSeconds(10), "echo waiting for nothing; sleep 100000");

        assertThat(failure.message()).contains("hangs", "waiting for nothing");
        assertThat(failure.remedy()).contains("screen.png").contains("serial.log");
        assertThat(failure.isTransient()).isTrue();
    }

    /** The failure of a phase whose guest runs {@code script}; also checks the files that every failed phase leaves. */
    private Failure failureOf(Duration stall, String script) throws IOException {
        var logs = folder.resolve("logs");
        var phase = new TinyPhase(configurations(script), stall);
        var context = new PhaseContext(
                folder.resolve("target"), folder.resolve("scratch"), logs, Map.of(), text -> {}, () -> {});
        var build = SimulatedBuild.spec("debian-12");

        var failure = catchThrowableOfType(Failure.class, () -> phase.run(build, context));

        assertThat(failure).isNotNull();
        assertThat(logs.resolve("screen.png")).isNotEmptyFile();
        assertThat(logs.resolve("project/serial.log")).isNotEmptyFile();
        assertThat(logs.resolve("project/ssh")).doesNotExist();
        assertThat(logs.resolve("project/output")).doesNotExist();
        assertThat(ProcessHandle.current().descendants()).isEmpty();
        return failure;
    }

    /** The shipped configurations with a directly booted kernel. */
    private Path configurations(String script) throws IOException {
        var copy = Files.createDirectory(folder.resolve("packer"));
        try (var files = Files.list(Path.of("configs/packer"))) {
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        var arguments = List.of(
                List.of("-kernel", TinyGuest.kernel().toString()),
                List.of(
                        "-initrd",
                        TinyGuest.initrd(folder.resolve("initrd"), script).toString()),
                List.of("-append", "console=tty0 console=ttyS0"));
        JsonMapper.shared()
                .writeValue(copy.resolve("prepare.x86_64.tcg.json"), Map.of("builder", Map.of("qemuargs", arguments)));
        return copy;
    }

    private final class TinyPhase extends PackerPhase {

        private final Duration stall;
        private final Path base = folder.resolve("base.qcow2");
        private final Path scripts = folder.resolve("10-first.sh");

        TinyPhase(Path configurations, Duration stall) throws IOException {
            super(
                    new ProjectRenderer(configurations, Host.ofThisProcess()),
                    new PackerRun(processes, Packer.find("packer", folder.resolve("cache"), processes)),
                    new GuestWatchdog());
            this.stall = stall;
            Files.writeString(scripts, "#!/bin/sh\n");
            processes.check(Command.of("qemu-img", "create", "-q", "-f", "qcow2", base.toString(), "64M"));
        }

        @Override
        public String name() {
            return "tiny";
        }

        @Override
        public Duration usual() {
            return Duration.ofMinutes(1);
        }

        @Override
        PackerProject project(ResolvedBuild build) {
            return new PrepareProject(
                    Architecture.X86_64,
                    Firmware.BIOS,
                    Accelerator.TCG,
                    1,
                    ByteSize.ofMiB(256),
                    ByteSize.ofMiB(64),
                    Duration.ofMinutes(30),
                    Duration.ofMinutes(1),
                    List.of(scripts),
                    Map.of());
        }

        @Override
        Map<String, String> variables(ResolvedBuild build, RenderedProject project, PhaseContext context) {
            return Map.of("base_disk", base.toString());
        }

        @Override
        Duration limit(ResolvedBuild build) {
            return Duration.ofMinutes(30);
        }

        @Override
        Optional<Duration> stall(ResolvedBuild build) {
            return Optional.of(stall);
        }
    }
}
