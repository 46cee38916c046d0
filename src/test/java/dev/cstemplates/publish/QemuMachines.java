package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.fake.Machines;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.guest.Chipset;
import dev.cstemplates.guest.DiskBus;
import dev.cstemplates.guest.NicModel;
import dev.cstemplates.guest.QemuGuest;
import dev.cstemplates.guest.QemuMachine;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.validation.router.Instance;
import dev.cstemplates.validation.router.VirtualRouter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A KVM host for the fake CloudStack: one real QEMU guest at a time behind the emulated router of this network namespace. */
final class QemuMachines implements Machines, AutoCloseable {

    private static final String ADDRESS = "10.1.1.101";
    private static final String MAC = "02:00:4c:9f:00:01";
    private static final Duration SHUTDOWN = Duration.ofMinutes(5);

    private final Processes processes;
    private final Path folder;
    private @Nullable QemuGuest guest;
    private @Nullable VirtualRouter router;

    QemuMachines(Processes processes, Path folder) {
        this.processes = processes;
        this.folder = folder;
        VirtualRouter.setUpNetwork(processes);
    }

    @Override
    public synchronized String start(Start start) {
        close();
        var instance = new Instance(
                UUID.fromString(start.instanceId()),
                MAC,
                ADDRESS,
                start.name(),
                String.join("\n", start.publicKeys()),
                start.password().isEmpty() ? null : start.password(),
                start.userData());
        router = VirtualRouter.start(processes, instance, Set.of(), folder);
        guest = QemuGuest.start(processes, machine(start, instance), folder);
        return ADDRESS;
    }

    private QemuMachine machine(Start start, Instance instance) {
        return new QemuMachine(
                start.name(),
                Architecture.X86_64,
                Accelerator.TCG,
                Chipset.PC,
                Firmware.BIOS,
                "qemu64",
                ByteSize.ofGiB(1),
                2,
                new QemuMachine.Disk(disk(start), "qcow2", DiskBus.VIRTIO_BLK),
                new QemuMachine.Nic(NicModel.VIRTIO, MAC, VirtualRouter.TAP),
                List.of(),
                QemuMachine.Dmi.ofCloudStack(instance.id()));
    }

    /** The instance's overlay on the template's file; restarts reuse it. */
    private Path disk(Start start) {
        var disk = folder.resolve(start.instanceId() + ".qcow2");
        if (!Files.exists(disk)) {
            processes.check(Command.of(
                    "qemu-img",
                    "create",
                    "-q",
                    "-f",
                    "qcow2",
                    "-F",
                    "qcow2",
                    "-b",
                    start.disk().toAbsolutePath().toString(),
                    disk.toString(),
                    String.valueOf(start.rootBytes())));
        }
        return disk;
    }

    @Override
    public synchronized void stop(String instanceId, boolean forced) {
        if (guest != null && !forced) {
            guest.qmp().pressPowerButton();
            if (!guest.awaitPowerOff(SHUTDOWN)) {
                throw new IllegalStateException("The guest does not shut down");
            }
        }
        close();
    }

    @Override
    public synchronized void expunge(String instanceId) {
        close();
    }

    @Override
    public synchronized void close() {
        if (guest != null) {
            guest.close();
            guest = null;
        }
        if (router != null) {
            router.close();
            router = null;
        }
    }
}
