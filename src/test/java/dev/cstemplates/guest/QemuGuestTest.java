package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("real-tools")
class QemuGuestTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void startsTheFirmwareAndTakesAScreenshot(Firmware firmware) throws IOException {
        try (var processes = new Processes();
                var guest = QemuGuest.start(processes, machine(firmware, null), folder)) {
            assertThat(guest.qmp().status()).isEqualTo("running");
            Screenshot.take(guest.qmp(), folder.resolve("screen.png"));
            assertThat(ImageIO.read(folder.resolve("screen.png").toFile()).getWidth())
                    .isGreaterThan(100);
            assertThat(guest.agent().answers(Duration.ofMillis(100))).isFalse();
            assertThat(guest.isRunning()).isTrue();
            guest.qmp().quit();
            assertThat(guest.awaitPowerOff(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void endsWithItsOwner() {
        try (var processes = new Processes()) {
            var guest = QemuGuest.start(processes, machine(Firmware.BIOS, null), folder);
            guest.close();
            assertThat(guest.isRunning()).isFalse();
            assertThat(ProcessHandle.current().descendants())
                    .noneMatch(each -> each.info().command().orElse("").contains("qemu-system"));
        }
    }

    @Test
    void reportsQemusErrorForABadDisk() throws IOException {
        var disk = Files.writeString(folder.resolve("disk.qcow2"), "no disk");
        var machine = machine(Firmware.BIOS, new QemuMachine.Disk(disk, "qcow2", DiskBus.VIRTIO_BLK));

        try (var processes = new Processes()) {
            assertThatThrownBy(() -> QemuGuest.start(processes, machine, folder).close())
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("not in qcow2 format");
        }
    }

    private static QemuMachine machine(Firmware firmware, QemuMachine.@Nullable Disk disk) {
        return new QemuMachine(
                "test",
                Architecture.X86_64,
                Accelerator.TCG,
                firmware == Firmware.BIOS ? Chipset.PC : Chipset.Q35,
                firmware,
                "qemu64",
                ByteSize.ofMiB(256),
                1,
                disk,
                null,
                List.of(),
                QemuMachine.Dmi.ofCloudStack(UUID.randomUUID()));
    }
}
