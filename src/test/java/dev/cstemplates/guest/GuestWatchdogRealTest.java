/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cstemplates.TinyGuest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels in QEMU that power off, hang or panic. */
@Tag("real-tools")
class GuestWatchdogRealTest {

    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final Processes processes = new Processes();
    private final SocketFolder sockets = SocketFolder.create();

    @AfterEach
    void stop() {
        processes.close();
        sockets.close();
    }

    @Test
    void guestWithOutputIsNotInterrupted() throws IOException {
        var result = watch(Duration.ofSeconds(8), "for i in $(seq 12); do echo tick $i; sleep 1; done; poweroff -f");

        assertThat(result.succeeded()).isTrue();
        assertThat(folder.resolve("serial.log")).content().contains("tick 12");
    }

    /** Its text console has a blinking cursor. */
    @Test
    void silentGuestHangsAndItsScreenIsSaved() throws IOException {
        var failure = failure(Duration.ofSeconds(10), "echo all is well; sleep 100000");

        assertThat(failure.message())
                .contains("hangs")
                .contains("no console output")
                .contains("all is well");
        assertThat(failure.isTransient()).isTrue();
        assertThat(failure.remedy()).contains("screen.png");
        assertThat(ImageIO.read(folder.resolve("evidence/screen.png").toFile()).getWidth())
                .isGreaterThan(100);
        assertThat(folder.resolve("evidence/screen-001.png")).exists();
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    @Test
    void panicIsReportedImmediately() throws IOException {
        var failure = failure(LONG, "echo about to break; echo c > /proc/sysrq-trigger");

        assertThat(failure.message()).contains("kernel panicked").contains("sysrq triggered crash");
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
        assertThat(failure.isTransient()).isFalse();
        assertThat(folder.resolve("evidence/screen.png")).exists();
    }

    /** The kernel then resets the machine, which looks like the end of an installation. */
    @Test
    void panicThatResetsTheMachineIsAFailure() throws IOException {
        var failure = failure(LONG, "echo 1 > /proc/sys/kernel/panic; exit 3");

        assertThat(failure.message()).contains("kernel panicked").contains("Attempted to kill init");
    }

    private Failure failure(Duration stall, String script) throws IOException {
        var initrd = TinyGuest.initrd(folder.resolve("initrd"), script);
        var kernel = TinyGuest.kernel();
        return catchThrowableOfType(Failure.class, () -> watch(stall, kernel, initrd));
    }

    private Processes.Result watch(Duration stall, String script) throws IOException {
        return watch(stall, TinyGuest.kernel(), TinyGuest.initrd(folder.resolve("initrd"), script));
    }

    private Processes.Result watch(Duration stall, Path kernel, Path initrd) {
        var serial = folder.resolve("serial.log");
        var qemu = Command.of("qemu-system-x86_64", "-machine", "pc,accel=tcg", "-m", "256", "-display", "none")
                .with("-no-reboot", "-kernel", kernel.toString(), "-initrd", initrd.toString())
                .with("-append", "console=tty0 console=ttyS0", "-serial", "file:" + serial)
                .with("-qmp", "unix:" + sockets.resolve("qmp") + ",server=on,wait=off");
        return new GuestWatchdog()
                .over(
                        new WatchedGuest(sockets.resolve("qmp"), serial, false, stall, folder.resolve("evidence")),
                        alive -> processes.run(qemu));
    }
}
