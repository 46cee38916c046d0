/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.qcow2.Qcow2Header;
import dev.cstemplates.disk.qcow2.Qcow2Policy;
import dev.cstemplates.disk.qcow2.Qcow2Reader;
import dev.cstemplates.disk.raw.RawReader;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Opens disks of any format. Those that our own readers do not support are converted by {@code qemu-img} first. */
public final class DiskSource {

    private DiskSource() {}

    /**
     * Opens {@code file}. One that refers to other files is refused: it may have been crafted to disclose a file of this host.
     *
     * @param scratch folder for a temporary copy; the caller removes it
     * @param log file that commands and their output are appended to
     * @param activity receives progress messages
     */
    public static DiskReader open(Path file, Processes processes, Path scratch, Path log, Consumer<String> activity) {
        var qemu = new QemuImg(processes, log);
        var format = DiskReaders.detect(file);
        return switch (format) {
            case "qcow2" -> {
                var header = Qcow2Header.read(file);
                var needsQemu = !header.hasBackingFile()
                        && !header.hasExternalDataFile()
                        && (header.hasExtendedL2() || header.compression() != 0);
                yield needsQemu ? copied(file, format, qemu, scratch, activity) : Qcow2Reader.open(file);
            }
            case "raw" -> withoutMagic(file, qemu, scratch, activity);
            case "vhdx" -> copied(file, format, qemu, scratch, activity);
            default -> DiskReaders.open(file, format);
        };
    }

    /** A raw disk, or a format that only QEMU recognises. */
    private static DiskReader withoutMagic(Path file, QemuImg qemu, Path scratch, Consumer<String> activity) {
        var info = qemu.probe(file);
        if (info.format().equals("raw")) {
            return RawReader.open(file);
        }
        if (info.backingFile() != null || info.format().equals("vmdk")) {
            throw Failure.usage(
                    file + " (" + info.format() + ") refers to other files",
                    "If you trust it, convert it to one file first: qemu-img convert -O qcow2 " + file + " NEW.qcow2");
        }
        return copied(file, info.format(), qemu, scratch, activity);
    }

    private static DiskReader copied(Path file, String format, QemuImg qemu, Path scratch, Consumer<String> activity) {
        var copy = scratch.resolve("source.qcow2");
        qemu.convert(
                file,
                format,
                copy,
                DiskFormat.QCOW2,
                Qcow2Policy.OPTIONS,
                List.of(),
                percent -> activity.accept("reading %s: %.0f %%".formatted(format, percent)));
        return Qcow2Reader.open(copy);
    }
}
