package dev.cstemplates.disk;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.ova.OvaCheck;
import dev.cstemplates.disk.ova.OvaReader;
import dev.cstemplates.disk.qcow2.Qcow2Header;
import dev.cstemplates.disk.qcow2.Qcow2Policy;
import dev.cstemplates.disk.vhd.VhdCheck;
import dev.cstemplates.disk.vhd.VhdReader;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether a disk's file is one that CloudStack takes and that the format's readers read. Of a QCOW2 file the first rules are those of
 * CloudStack's secondary storage ({@code Qcow2Inspector}), the next our own safe profile, the last what {@code qemu-img} says; those of a
 * VHD are {@link VhdCheck}'s, those of an OVA {@link OvaCheck}'s. A VHDX is left to {@code qemu-img}, which writes it.
 */
public final class FormatCheck {

    private static final Map<String, String> FORMATS =
            Map.of(".qcow2", "qcow2", ".vhd", "vpc", ".vhdx", "vhdx", ".ova", "ova");

    private final Processes processes;
    private final Clock clock;

    public FormatCheck(Processes processes) {
        this(processes, Clock.systemUTC());
    }

    FormatCheck(Processes processes, Clock clock) {
        this.processes = processes;
        this.clock = clock;
    }

    /**
     * One rule and whether the file keeps it.
     *
     * @param id stays the same between versions, for example {@code format.backing-file}
     * @param detail what was found, and what was expected where that differs
     */
    public record Finding(String id, String title, boolean passed, String detail) {}

    /**
     * Applies every rule of the format that the file's magic names; where there is none, of the one that its name ends in, and else
     * QCOW2's. A name that promises another format than the file has is a finding. An OVA is read whole for its digests.
     *
     * @param virtualSize expected, null when any will do
     * @param log file that commands and their output are appended to
     */
    public List<Finding> check(Path file, @Nullable ByteSize virtualSize, Path log) {
        var promised = promised(file);
        var found = Files.isRegularFile(file) ? DiskReaders.detect(file) : "raw";
        var format = found.equals("raw") ? promised.orElse("qcow2") : found;
        var findings = new ArrayList<>(promised
                .filter(name -> !name.equals(format))
                .map(name -> new Finding(
                        "format.name",
                        "The file's name says what it is",
                        false,
                        file.getFileName() + " is a file of format " + format + ", not " + name))
                .stream()
                .toList());
        findings.addAll(
                switch (format) {
                    case "vpc" -> vhd(file, virtualSize, log);
                    case "vhdx" -> vhdx(file, virtualSize, log);
                    case "ova" -> ova(file, virtualSize);
                    default -> qcow2(file, virtualSize, log);
                });
        return findings;
    }

    /** The format that a file's name ends in. */
    private static Optional<String> promised(Path file) {
        return FORMATS.entrySet().stream()
                .filter(known -> file.toString().endsWith(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private List<Finding> vhd(Path file, @Nullable ByteSize virtualSize, Path log) {
        var findings = new ArrayList<Finding>();
        try (var disk = VhdReader.open(file)) {
            findings.add(header("VHD", true, new ByteSize(disk.size()) + " virtual"));
            findings.addAll(new VhdCheck(clock).findings(disk));
            findings.addAll(size(disk.size(), virtualSize));
            findings.add(agreement(info -> compare("virtual size", disk.size(), info.virtualSize()), file, "vpc", log));
            return findings;
        } catch (Failure e) {
            return List.of(header("VHD", false, e.message()));
        }
    }

    private List<Finding> vhdx(Path file, @Nullable ByteSize virtualSize, Path log) {
        var qemu = new QemuImg(processes, log);
        var findings = new ArrayList<>(List.of(sound(qemu.check(file, "vhdx"))));
        if (findings.getFirst().passed()) {
            findings.addAll(size(qemu.info(file, "vhdx").virtualSize(), virtualSize));
        }
        return findings;
    }

    private static List<Finding> ova(Path file, @Nullable ByteSize virtualSize) {
        var findings = new ArrayList<Finding>();
        try (var disk = OvaReader.open(file)) {
            findings.add(header("OVA", true, new ByteSize(disk.size()) + " virtual"));
            findings.addAll(OvaCheck.findings(disk));
            findings.addAll(size(disk.size(), virtualSize));
            return findings;
        } catch (Failure e) {
            return List.of(header("OVA", false, e.message()));
        }
    }

    /** QEMU is asked only when the header names no other file, for it would open that. */
    private List<Finding> qcow2(Path file, @Nullable ByteSize virtualSize, Path log) {
        var findings = new ArrayList<Finding>();
        Qcow2Header header;
        try {
            header = Qcow2Header.read(file);
        } catch (Failure e) {
            return List.of(header("QCOW2", false, e.message()));
        }
        findings.add(header(
                "QCOW2",
                true,
                "version %d, %s virtual".formatted(header.version(), new ByteSize(header.virtualSize()))));
        findings.addAll(Qcow2Policy.findings(header));
        findings.addAll(size(header.virtualSize(), virtualSize));
        if (!header.hasBackingFile() && !header.hasExternalDataFile()) {
            findings.addAll(qemu(file, header, log));
        }
        return findings;
    }

    private List<Finding> qemu(Path file, Qcow2Header header, Path log) {
        var problems = new QemuImg(processes, log).check(file, "qcow2");
        return List.of(sound(problems), agreement(info -> differences(header, info), file, "qcow2", log));
    }

    private static Finding sound(List<String> problems) {
        return new Finding(
                "format.qemu-check", "qemu-img check finds nothing", problems.isEmpty(), String.join("; ", problems));
    }

    private static String differences(Qcow2Header header, ImageInfo info) {
        return compare("virtual size", header.virtualSize(), info.virtualSize())
                + compare("cluster size", header.clusterSize(), info.clusterSize())
                + compare("compat", header.version() == 3 ? "1.1" : "0.10", info.compat())
                + compare("dirty", header.isDirty(), info.isDirty())
                + compare("corrupt", header.isCorrupt(), info.isCorrupt())
                + compare("extended L2", header.hasExtendedL2(), info.extendedL2())
                + compare("snapshots", header.snapshots(), info.snapshots());
    }

    /** {@code differences} says in words what of {@code qemu-img info} is not as we read it; nothing where all is. */
    private Finding agreement(Function<ImageInfo, String> differences, Path file, String format, Path log) {
        String found;
        try {
            found = differences.apply(new QemuImg(processes, log).info(file, format));
        } catch (Failure e) {
            found = e.message();
        }
        return new Finding("format.qemu-info", "qemu-img info agrees with our own reader", found.isEmpty(), found);
    }

    private static String compare(String what, Object ours, Object theirs) {
        return ours.equals(theirs) ? "" : what + ": we read " + ours + ", qemu-img " + theirs + "; ";
    }

    private static Finding header(String format, boolean passed, String detail) {
        return new Finding("format.header", "The " + format + " header is sound", passed, detail);
    }

    private static List<Finding> size(long found, @Nullable ByteSize ordered) {
        return ordered == null
                ? List.of()
                : List.of(new Finding(
                        "format.virtual-size",
                        "The virtual size is the ordered one",
                        found == ordered.bytes(),
                        "%d bytes, ordered %d".formatted(found, ordered.bytes())));
    }
}
