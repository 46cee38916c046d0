package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Firmware;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class QemuArgumentsTest {

    private static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");

    @Test
    void setsTheDmiTableOfCloudStacksKvmAgent() {
        assertThat(arguments(machine("vm", Path.of("/disk.qcow2"), DiskBus.VIRTIO_BLK)))
                .containsSubsequence("-uuid", ID.toString())
                .contains("type=1,manufacturer=Apache Software Foundation,product=CloudStack KVM Hypervisor,serial="
                        + ID + ",uuid=" + ID);
    }

    @Test
    void pathsWithCommasAndQuotesStayOneValue() {
        var arguments = arguments(machine("a,b", Path.of("/a,file=\"x\"/disk.qcow2"), DiskBus.VIRTIO_BLK));

        assertThat(arguments).contains("a,,b");
        assertThat(arguments).anyMatch(each -> each.contains("\"filename\":\"/a,file=\\\"x\\\"/disk.qcow2\""));
    }

    @Test
    void controllerComesBeforeItsDisk() {
        assertThat(arguments(machine("vm", Path.of("/d"), DiskBus.VIRTIO_SCSI)))
                .containsSubsequence("virtio-scsi-pci,id=disks", "scsi-hd,bus=disks.0,drive=disk,bootindex=1");
        assertThat(arguments(machine("vm", Path.of("/d"), DiskBus.AHCI)))
                .containsSubsequence("ahci,id=disks", "ide-hd,bus=disks.0,drive=disk,bootindex=1");
        assertThat(arguments(machine("vm", Path.of("/d"), DiskBus.IDE)))
                .contains("ide-hd,bus=ide.0,drive=disk,bootindex=1");
    }

    @Test
    void rejectsMachineTypesOfOtherArchitectures() {
        assertThatThrownBy(() -> new QemuMachine(
                        "arm",
                        Architecture.AARCH64,
                        Accelerator.TCG,
                        Chipset.Q35,
                        Firmware.UEFI,
                        "cortex-a57",
                        ByteSize.ofGiB(1),
                        1,
                        null,
                        null,
                        List.of(),
                        QemuMachine.Dmi.ofCloudStack(ID)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> arguments(QemuMachine machine) {
        return QemuArguments.of(machine, null, Path.of("/serial.log"), Path.of("/qmp"), Path.of("/agent"));
    }

    private static QemuMachine machine(String name, Path disk, DiskBus bus) {
        return new QemuMachine(
                name,
                Architecture.X86_64,
                Accelerator.TCG,
                Chipset.PC,
                Firmware.BIOS,
                "qemu64",
                ByteSize.ofGiB(1),
                2,
                new QemuMachine.Disk(disk, "qcow2", bus),
                new QemuMachine.Nic(NicModel.VIRTIO, "02:00:4c:9f:00:01", "cst0"),
                List.of(),
                QemuMachine.Dmi.ofCloudStack(ID));
    }
}
