/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CheckResult;
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
 * Checks that CloudStack and the tools of a format accept a disk file.
 *
 * <p>QCOW2: the rules of CloudStack's secondary storage ({@code Qcow2Inspector}), our own stricter profile, then {@code qemu-img}. VHD:
 * {@link VhdCheck}. OVA: {@link OvaCheck}. VHDX: {@code qemu-img} only, which also writes it. Raw disks and bare VMDKs fail: they cannot be
 * registered as templates.
 */
public final class FormatCheck {

    private static final Map<String, String> FORMATS_BY_ENDING = Map.of(
            ".qcow2", "qcow2", ".vhd", "vpc", ".vhdx", "vhdx", ".ova", "ova", ".vmdk", "vmdk", ".raw", "raw", ".img",
            "raw");

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
     * Applies the rules of the format that the file's content has, whatever its name is; a name that suggests another format fails. An
     * OVA is read whole for its digests.
     *
     * @param virtualSize expected size of the disk; null accepts any
     * @param log file that commands and their output are appended to
     */
    public List<CheckResult> check(Path file, @Nullable ByteSize virtualSize, Path log) {
        if (!Files.isRegularFile(file)) {
            return List.of(header("disk", false, file + " is not a regular file"));
        }
        var format = DiskReaders.detect(file);
        var results = new ArrayList<CheckResult>();
        promisedFormat(file)
                .filter(promised -> !promised.equals(format))
                .ifPresent(promised -> results.add(CheckResult.of(
                        "format.name",
                        "The file name matches the format",
                        false,
                        "%s contains format %s; its name suggests %s"
                                .formatted(file.getFileName(), format, promised))));
        results.addAll(
                switch (format) {
                    case "qcow2" -> qcow2(file, virtualSize, log);
                    case "vpc" -> vhd(file, virtualSize, log);
                    case "vhdx" -> vhdx(file, virtualSize, log);
                    case "ova" -> ova(file, virtualSize);
                    case "vmdk" ->
                        List.of(header(
                                "OVA", false, "the file is a bare VMDK; CloudStack registers VMware disks as OVA"));
                    default -> List.of(header("disk", false, noFormat(file)));
                });
        return results;
    }

    private static Optional<String> promisedFormat(Path file) {
        return FORMATS_BY_ENDING.entrySet().stream()
                .filter(ending -> file.toString().endsWith(ending.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Reports a damaged header with the reader of the format that the file name suggests. */
    private static String noFormat(Path file) {
        try (var _ = DiskReaders.open(
                file,
                promisedFormat(file)
                        .filter(promised -> !promised.equals("vhdx"))
                        .orElse("raw"))) {
            return "the file is a raw disk; expected QCOW2, VHD, VHDX or OVA";
        } catch (Failure e) {
            return e.message();
        }
    }

    private List<CheckResult> vhd(Path file, @Nullable ByteSize virtualSize, Path log) {
        var results = new ArrayList<CheckResult>();
        try (var disk = VhdReader.open(file)) {
            results.add(header("VHD", true, new ByteSize(disk.size()) + " virtual"));
            results.addAll(new VhdCheck(clock).check(disk));
            results.addAll(size(disk.size(), virtualSize));
            results.add(agreement(info -> compare("virtual size", disk.size(), info.virtualSize()), file, "vpc", log));
            return results;
        } catch (Failure e) {
            return List.of(header("VHD", false, e.message()));
        }
    }

    private List<CheckResult> vhdx(Path file, @Nullable ByteSize virtualSize, Path log) {
        var qemu = new QemuImg(processes, log);
        var results = new ArrayList<>(List.of(qemuCheck(qemu.check(file, "vhdx"))));
        if (results.getFirst().isPassed()) {
            results.addAll(size(qemu.info(file, "vhdx").virtualSize(), virtualSize));
        }
        return results;
    }

    private static List<CheckResult> ova(Path file, @Nullable ByteSize virtualSize) {
        var results = new ArrayList<CheckResult>();
        try (var disk = OvaReader.open(file)) {
            results.add(header("OVA", true, new ByteSize(disk.size()) + " virtual"));
            results.addAll(OvaCheck.check(disk));
            results.addAll(size(disk.size(), virtualSize));
            return results;
        } catch (Failure e) {
            return List.of(header("OVA", false, e.message()));
        }
    }

    private List<CheckResult> qcow2(Path file, @Nullable ByteSize virtualSize, Path log) {
        var results = new ArrayList<CheckResult>();
        Qcow2Header header;
        try {
            header = Qcow2Header.read(file);
        } catch (Failure e) {
            return List.of(header("QCOW2", false, e.message()));
        }
        results.add(header(
                "QCOW2",
                true,
                "version %d, %s virtual".formatted(header.version(), new ByteSize(header.virtualSize()))));
        results.addAll(Qcow2Policy.check(header));
        results.addAll(size(header.virtualSize(), virtualSize));
        // QEMU would open another file that the header names.
        if (!header.hasBackingFile() && !header.hasExternalDataFile()) {
            results.add(qemuCheck(new QemuImg(processes, log).check(file, "qcow2")));
            results.add(agreement(info -> differences(header, info), file, "qcow2", log));
        }
        return results;
    }

    private static CheckResult qemuCheck(List<String> problems) {
        return CheckResult.of(
                "format.qemu-check", "qemu-img check finds no errors", problems.isEmpty(), String.join("; ", problems));
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

    /** @param differences what {@code qemu-img info} reads differently from our reader; an empty text for nothing */
    private CheckResult agreement(Function<ImageInfo, String> differences, Path file, String format, Path log) {
        String found;
        try {
            found = differences.apply(new QemuImg(processes, log).info(file, format));
        } catch (Failure e) {
            found = e.message();
        }
        return CheckResult.of("format.qemu-info", "qemu-img info agrees with our reader", found.isEmpty(), found);
    }

    private static String compare(String what, Object ours, Object theirs) {
        return ours.equals(theirs) ? "" : what + ": we read " + ours + ", qemu-img " + theirs + "; ";
    }

    private static CheckResult header(String format, boolean passed, String detail) {
        return CheckResult.of("format.header", "The " + format + " header is valid", passed, detail);
    }

    private static List<CheckResult> size(long found, @Nullable ByteSize expected) {
        return expected == null
                ? List.of()
                : List.of(CheckResult.of(
                        "format.virtual-size",
                        "The virtual size is as expected",
                        found == expected.bytes(),
                        "%d bytes, expected %d".formatted(found, expected.bytes())));
    }
}
