package dev.cstemplates.guest;

import dev.cstemplates.core.Firmware;
import dev.cstemplates.host.FirmwareFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** QEMU's command line for a {@link QemuMachine}. */
final class QemuArguments {

    private final JsonMapper json = JsonMapper.shared();
    private final List<String> arguments = new ArrayList<>();
    private final QemuMachine machine;

    private QemuArguments(QemuMachine machine) {
        this.machine = machine;
    }

    /** Program and arguments; {@code uefi} is null for a machine that boots with BIOS. */
    static List<String> of(QemuMachine machine, @Nullable FirmwareFiles uefi, Path serialLog, Path qmp, Path agent) {
        var all = new QemuArguments(machine);
        all.board(uefi);
        all.disk();
        all.cdroms();
        all.network();
        all.channels(serialLog, qmp, agent);
        return List.copyOf(all.arguments);
    }

    private void board(@Nullable FirmwareFiles uefi) {
        add("qemu-system-" + machine.architecture().id());
        add("-name", commas(machine.name()));
        add("-nodefaults", "-no-user-config", "-display", "none");
        var options = machine.chipset().id() + ",accel=" + machine.accelerator().id();
        if (machine.firmware() == Firmware.UEFI && uefi != null) {
            blockNode("firmware", uefi.code(), "raw", true);
            blockNode("variables", uefi.variables(), "raw", false);
            options += ",pflash0=firmware,pflash1=variables";
        }
        add("-machine", options);
        add("-cpu", machine.cpu());
        add("-m", machine.memory().toMiB() + "M");
        add("-smp", String.valueOf(machine.cpus()));
        add("-rtc", "base=utc");
        add("-device", machine.chipset() == Chipset.VIRT ? "virtio-gpu-pci" : "VGA");
        var dmi = machine.dmi();
        add("-uuid", dmi.uuid().toString());
        add(
                "-smbios",
                "type=1,manufacturer=%s,product=%s,serial=%s,uuid=%s"
                        .formatted(commas(dmi.manufacturer()), commas(dmi.product()), dmi.uuid(), dmi.uuid()));
    }

    private void disk() {
        var disk = machine.disk();
        if (disk == null) {
            return;
        }
        blockNode("disk", disk.file(), disk.format(), false);
        disk.bus().devices("disk", machine.chipset()).forEach(device -> add("-device", device));
    }

    private void cdroms() {
        if (machine.cdroms().isEmpty()) {
            return;
        }
        var scsi = machine.chipset() == Chipset.VIRT;
        if (scsi) {
            add("-device", "virtio-scsi-pci,id=cdroms");
        }
        for (var i = 0; i < machine.cdroms().size(); i++) {
            blockNode("cdrom" + i, machine.cdroms().get(i), "raw", true);
            // On PC the disk may use the primary IDE channel (ide.0); AHCI has one drive per port.
            var place = switch (machine.chipset()) {
                case PC -> "ide-cd,bus=ide.1,unit=" + i;
                case Q35 -> "ide-cd,bus=ide." + (i + 1);
                case VIRT -> "scsi-cd,bus=cdroms.0,scsi-id=" + i;
            };
            add("-device", place + ",drive=cdrom" + i);
        }
    }

    private void network() {
        var nic = machine.nic();
        if (nic == null) {
            return;
        }
        add("-netdev", "tap,id=network,ifname=" + nic.tap() + ",script=no,downscript=no");
        add("-device", nic.model().device() + ",netdev=network,mac=" + nic.mac());
    }

    private void channels(Path serialLog, Path qmp, Path agent) {
        add("-chardev", "file,id=serial,path=" + commas(serialLog.toString()));
        add("-serial", "chardev:serial");
        add("-chardev", "socket,id=qmp,server=on,wait=off,path=" + commas(qmp.toString()));
        add("-mon", "chardev=qmp,mode=control");
        add("-chardev", "socket,id=agent,server=on,wait=off,path=" + commas(agent.toString()));
        add("-device", "virtio-serial-pci");
        add("-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0");
    }

    private void blockNode(String name, Path file, String format, boolean readOnly) {
        add(
                "-blockdev",
                json.writeValueAsString(Map.of(
                        "driver", format,
                        "node-name", name,
                        "read-only", readOnly,
                        "cache", Map.of("direct", false, "no-flush", true),
                        "file",
                                Map.of(
                                        "driver", "file",
                                        "filename", file.toAbsolutePath().toString(),
                                        "cache", Map.of("direct", false, "no-flush", true)))));
    }

    /** A comma separates QEMU's options; a doubled comma is a literal one. */
    private static String commas(String value) {
        return value.replace(",", ",,");
    }

    private void add(String... more) {
        arguments.addAll(List.of(more));
    }
}
