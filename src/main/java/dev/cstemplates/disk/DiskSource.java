/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ResourceExhaustion;
import dev.cstemplates.disk.input.Compression;
import dev.cstemplates.disk.input.NoDisk;
import dev.cstemplates.disk.input.QemuLock;
import dev.cstemplates.disk.input.Unpacking;
import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.Bytes;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.disk.ova.OvaDisk;
import dev.cstemplates.disk.qcow2.Qcow2Header;
import dev.cstemplates.disk.qcow2.Qcow2Policy;
import dev.cstemplates.disk.qcow2.Qcow2Reader;
import dev.cstemplates.disk.raw.RawReader;
import dev.cstemplates.disk.vhd.VhdReader;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A disk in any file that users have: compressed, in an OVA of any maker, in a format that only QEMU reads, or a block device. Until it is
 * closed it is locked against QEMU programs that would write to it.
 *
 * <p>Formats that our own readers do not support are converted by {@code qemu-img} first.
 */
public final class DiskSource implements DiskReader {

    private static final String LUKS = "LUKS\u00ba\u00be";
    private static final int QCOW1_BACKING = 8;
    private static final int QCOW1_ENCRYPTION = 36;

    /** QEMU's names of formats by file extension. Other extensions promise nothing. */
    private static final Map<String, String> PROMISES = Map.of(
            "qcow2", "qcow2", "qcow", "qcow", "vhd", "vpc", "vhdx", "vhdx", "vmdk", "vmdk", "ova", "ova", "vdi", "vdi",
            "qed", "qed");

    private final Path file;
    private final InputOptions options;
    private final QemuImg qemu;
    private final Path scratch;
    private final Consumer<String> activity;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable DiskReader disk;

    private DiskSource(Path file, InputOptions options, QemuImg qemu, Path scratch, Consumer<String> activity) {
        this.file = file;
        this.options = options;
        this.qemu = qemu;
        this.scratch = scratch;
        this.activity = activity;
    }

    /**
     * Opens {@code file}. One that refers to other files is refused: it may have been crafted to disclose a file of this host.
     *
     * @param scratch folder for temporary copies; the caller removes it
     * @param log file that commands and their output are appended to
     * @param activity receives progress messages
     * @throws Failure if the file is not a sound disk, or may be written to by another program
     */
    public static DiskSource open(
            Path file, InputOptions options, Processes processes, Path scratch, Path log, Consumer<String> activity) {
        var source = new DiskSource(file, options, new QemuImg(processes, log), scratch, activity);
        try {
            source.open();
            return source;
        } catch (RuntimeException | Error e) {
            source.close();
            throw e;
        }
    }

    private void open() {
        open.push(QemuLock.acquire(file));
        var whole = reader(unpacked(), true);
        open.push(whole);
        disk = PartitionCheck.check(file, whole, options);
    }

    /** The file itself, or its decompressed content. */
    private Path unpacked() {
        try (var content = BoundedFile.open(file, "disk")) {
            var length = (int) Math.min(8, content.length());
            var compression = Compression.of(Bytes.text(content.read(0, length), 0, length));
            if (compression.isEmpty()) {
                return file;
            }
            var target = scratch.resolve("unpacked");
            new Unpacking(file, content.length(), options.limits(), activity)
                    .unpack(content.stream(0, content.length()), compression.get(), target);
            return target;
        }
    }

    private DiskReader reader(Path content, boolean mayBeOva) {
        var format = DiskReaders.detect(content);
        if (format.equals("raw")) {
            return withoutMagic(content);
        }
        warnOfName(content, format);
        return switch (format) {
            case "qcow2" -> qcow2(content);
            case "vpc" -> VhdReader.open(content, options.warning());
            case "vhdx" -> copied(content, format);
            case "ova" -> {
                if (!mayBeOva) {
                    throw Failure.usage("The disk in " + file + " is an archive itself", "Unpack it first.");
                }
                yield ova(content);
            }
            default -> DiskReaders.open(content, format);
        };
    }

    private void warnOfName(Path content, String format) {
        var promised = promise(content);
        if (promised != null && !promised.equals(format) && !(promised.equals("qcow") && format.equals("qcow2"))) {
            options.warning()
                    .accept("%s is read as %s, which it contains; its name suggests %s."
                            .formatted(file, format, promised));
        }
    }

    private static @Nullable String promise(Path content) {
        var name = String.valueOf(content.getFileName()).toLowerCase(Locale.ROOT);
        return PROMISES.get(name.substring(name.lastIndexOf('.') + 1));
    }

    private DiskReader qcow2(Path content) {
        if (start(content, 8).getInt(4) == 1) {
            return qcow1(content);
        }
        var header = Qcow2Header.read(content);
        requireWhole(header.hasBackingFile(), header.hasExternalDataFile());
        requireUnencrypted(header.encryption() != 0);
        return header.hasExtendedL2() || header.compression() != 0
                ? copied(content, "qcow2")
                : Qcow2Reader.open(content);
    }

    private DiskReader qcow1(Path content) {
        var header = start(content, QCOW1_ENCRYPTION + 4);
        requireWhole(header.getLong(QCOW1_BACKING) != 0, false);
        requireUnencrypted(header.getInt(QCOW1_ENCRYPTION) != 0);
        return copied(content, "qcow");
    }

    private static ByteBuffer start(Path content, int length) {
        try (var bytes = BoundedFile.open(content, "disk")) {
            return bytes.read(0, length);
        }
    }

    private void requireWhole(boolean hasBackingFile, boolean hasDataFile) {
        if (hasBackingFile || hasDataFile) {
            throw Failure.usage(
                    "%s is incomplete: %s"
                            .formatted(
                                    file,
                                    hasBackingFile
                                            ? "a backing file is named, which has the rest of the disk"
                                            : "its data is in another file"),
                    "If you trust it, convert it to one file where it was made: qemu-img convert -O qcow2 " + file
                            + " NEW.qcow2");
        }
    }

    private void requireUnencrypted(boolean isEncrypted) {
        if (isEncrypted) {
            throw Failure.usage(
                    file + " is encrypted",
                    "Decrypt it first; CloudStack cannot start templates from encrypted disks.");
        }
    }

    /** A raw disk, or a format that only QEMU recognises. */
    private DiskReader withoutMagic(Path content) {
        var magic = start(content, (int) Math.min(6, length(content)));
        requireUnencrypted(magic.remaining() == 6 && Bytes.text(magic, 0, 6).equals(LUKS));
        NoDisk.refuse(content, file);
        var info = probed(content);
        var promised = promise(content);
        if (info.format().equals("raw") && promised != null) {
            throw Failure.usage(
                    "%s is not a %s disk: its name suggests that format, its content does not begin like one"
                            .formatted(file, promised),
                    "Download or copy it again. If it is a raw disk, rename it to end in .raw.");
        }
        if (info.format().equals("raw")) {
            return RawReader.open(content);
        }
        if (info.backingFile() != null || info.format().equals("vmdk")) {
            throw Failure.usage(
                    file + " (" + info.format() + ") refers to other files",
                    "If you trust it, convert it to one file first: qemu-img convert -O qcow2 " + file + " NEW.qcow2");
        }
        if (info.format().equals("luks")) {
            requireUnencrypted(true);
        }
        return copied(content, info.format());
    }

    private static long length(Path content) {
        try (var bytes = BoundedFile.open(content, "disk")) {
            return bytes.length();
        }
    }

    private DiskReader ova(Path content) {
        var chosen = OvaDisk.open(content, options.disk(), options.warning());
        open.push(chosen);
        return chosen.inPlace().orElseGet(() -> extracted(chosen));
    }

    private DiskReader extracted(OvaDisk chosen) {
        var target = scratch.resolve("member");
        var unpacking = new Unpacking(file, chosen.length(), options.limits(), activity);
        if (chosen.isGzip()) {
            unpacking.unpack(chosen.stream(), Compression.GZIP, target);
        } else {
            try (var in = chosen.stream()) {
                unpacking.copy(in, target);
            } catch (IOException e) {
                throw Failure.host("Cannot unpack " + file + ": " + e, "Check free disk space.")
                        .because(e);
            }
        }
        return reader(target, false);
    }

    private ImageInfo probed(Path content) {
        try {
            return qemu.probe(content);
        } catch (Failure e) {
            throw unreadable("disk", e);
        }
    }

    private DiskReader copied(Path content, String format) {
        var copy = scratch.resolve("source.qcow2");
        try {
            qemu.convert(
                    content,
                    format,
                    copy,
                    DiskFormat.QCOW2,
                    Qcow2Policy.OPTIONS,
                    List.of(),
                    percent -> activity.accept("reading %s: %.0f %%".formatted(format, percent)));
        } catch (Failure e) {
            throw unreadable(format, e);
        }
        return Qcow2Reader.open(copy);
    }

    /** In plain words, and without the name of a log that is deleted with the other temporary files. */
    private Failure unreadable(String format, Failure cause) {
        if (cause.kind() != Failure.Kind.BUILD
                || ResourceExhaustion.in(cause.message()).isPresent()) {
            return cause;
        }
        if (cause.message().matches("(?is).*(encrypt|cipher|luks|passphrase|secret).*")) {
            return Failure.usage(file + " is encrypted", "Decrypt it first.").because(cause);
        }
        return Failure.build(
                        "qemu-img cannot read %s as %s: it is damaged, incomplete or of a kind that it does not support"
                                .formatted(file, format),
                        "Try 'qemu-img check " + file + "'; copy or download the file again.")
                .because(cause);
    }

    private DiskReader disk() {
        if (disk == null) {
            throw new IllegalStateException("The disk is not open");
        }
        return disk;
    }

    @Override
    public long size() {
        return disk().size();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        disk().read(offset, target);
    }

    @Override
    public long zeroes(long offset) {
        return disk().zeroes(offset);
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            switch (open.pop()) {
                case DiskReader reader -> reader.close();
                case OvaDisk ova -> ova.close();
                case QemuLock lock -> lock.close();
                case AutoCloseable other -> throw new IllegalStateException("Not closed: " + other);
            }
        }
    }
}
