package dev.cstemplates.disk;

import dev.cstemplates.host.ByteSize;
import dev.cstemplates.host.Failure;
import dev.cstemplates.host.Processes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a QCOW2 file is one that CloudStack takes and that every QEMU reads. The first rules are those of CloudStack's
 * secondary storage ({@code Qcow2Inspector}), the next our own safe profile, the last what {@code qemu-img} says.
 */
public final class FormatCheck {

    private final Processes processes;

    public FormatCheck(Processes processes) {
        this.processes = processes;
    }

    /**
     * One rule and whether the file keeps it.
     *
     * @param id stays the same between versions, for example {@code format.backing-file}
     * @param detail what was found, and what was expected where that differs
     */
    public record Finding(String id, String title, boolean passed, String detail) {}

    /**
     * Applies every rule that can be applied. QEMU is asked only when the header names no other file, for it would open that.
     *
     * @param virtualSize expected, null when any will do
     * @param log file that commands and their output are appended to
     */
    public List<Finding> check(Path file, @Nullable ByteSize virtualSize, Path log) {
        var findings = new ArrayList<Finding>();
        Qcow2Header header;
        try {
            header = Qcow2Header.read(file);
        } catch (Failure e) {
            return List.of(new Finding("format.header", "The QCOW2 header is sound", false, e.message()));
        }
        findings.add(new Finding(
                "format.header",
                "The QCOW2 header is sound",
                true,
                "version %d, %s virtual".formatted(header.version(), new ByteSize(header.virtualSize()))));
        findings.addAll(SafeProfile.findings(header));
        if (virtualSize != null) {
            findings.add(new Finding(
                    "format.virtual-size",
                    "The virtual size is the ordered one",
                    header.virtualSize() == virtualSize.bytes(),
                    "%d bytes, ordered %d".formatted(header.virtualSize(), virtualSize.bytes())));
        }
        if (!header.hasBackingFile() && !header.hasExternalDataFile()) {
            findings.addAll(qemu(file, header, new QemuImg(processes, log)));
        }
        return findings;
    }

    private static List<Finding> qemu(Path file, Qcow2Header header, QemuImg qemu) {
        var problems = qemu.check(file, "qcow2");
        var sound = new Finding(
                "format.qemu-check", "qemu-img check finds nothing", problems.isEmpty(), String.join("; ", problems));
        return List.of(sound, agreement(file, header, qemu));
    }

    private static Finding agreement(Path file, Qcow2Header header, QemuImg qemu) {
        var differences = new ArrayList<String>();
        try {
            var info = qemu.info(file, "qcow2");
            compare("virtual size", header.virtualSize(), info.virtualSize(), differences);
            compare("cluster size", header.clusterSize(), info.clusterSize(), differences);
            compare("compat", header.version() == 3 ? "1.1" : "0.10", info.compat(), differences);
            compare("dirty", header.isDirty(), info.isDirty(), differences);
            compare("corrupt", header.isCorrupt(), info.isCorrupt(), differences);
            compare("extended L2", header.hasExtendedL2(), info.extendedL2(), differences);
            compare("snapshots", header.snapshots(), info.snapshots(), differences);
        } catch (Failure e) {
            differences.add(e.message());
        }
        return new Finding(
                "format.qemu-info",
                "qemu-img info agrees with our own reader",
                differences.isEmpty(),
                String.join("; ", differences));
    }

    private static void compare(String what, Object ours, Object theirs, List<String> differences) {
        if (!ours.equals(theirs)) {
            differences.add(what + ": we read " + ours + ", qemu-img " + theirs);
        }
    }
}
