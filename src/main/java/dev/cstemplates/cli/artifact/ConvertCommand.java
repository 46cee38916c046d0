/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.artifact;

import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.cli.terminal.ProgressLine;
import dev.cstemplates.cli.terminal.ShutdownHook;
import dev.cstemplates.cli.terminal.SizeConverter;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.DiskSource;
import dev.cstemplates.disk.InputOptions;
import dev.cstemplates.disk.export.Content;
import dev.cstemplates.disk.export.DiskExport;
import dev.cstemplates.disk.export.WrittenDisk;
import dev.cstemplates.disk.input.InputLimits;
import dev.cstemplates.disk.ova.OvaMachine;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst convert}. */
@Command(
        name = "convert",
        description = {
            "Converts a disk to the formats of CloudStack's hypervisors: QCOW2 for KVM, VHD for XenServer and XCP-ng,"
                    + " OVA for VMware, VHDX for Hyper-V. All formats are written in one pass over the disk.",
            "The content stays the same. 'cst build' also adapts the guest to each hypervisor; 'cst convert' does not."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst convert disk.qcow2 --to vhd --out DIR        DIR/disk.vhd",
            "  cst convert disk.vmdk --to qcow2,vhd,ova --out DIR",
            "  cst convert disk.raw --to qcow2-zstd --out DIR   smaller; requires QEMU 5.1"
        })
public final class ConvertCommand implements Callable<Integer> {

    /** Linux limits the name of a file to this. */
    private static final int MAX_NAME_BYTES = 255;

    private final Output output;
    private final Processes processes;
    private final Clock clock;

    @Parameters(
            paramLabel = "FILE",
            description =
                    "A disk in any format that qemu-img reads, an OVA, or either of them compressed (gz, bz2, xz, zip,"
                            + " zst); or a block device.")
    private Path file = Path.of("");

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FORMAT",
            split = ",",
            description = "Output formats, separated by commas: qcow2, qcow2-zstd, vhd, ova, vmdk, vhdx, raw.")
    private List<String> formats = List.of();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Output directory. Files keep the input's base name; existing files are replaced.")
    private Path out = Path.of("");

    @Option(
            names = "--disk",
            paramLabel = "N",
            description = "Which disk of an OVA, from 1. Default: the one that its virtual machine boots from.")
    private @Nullable Integer disk;

    @Option(
            names = "--fix-gpt",
            description = "Move a backup partition table that is not at the end of the disk to there.")
    private boolean fixGpt;

    @Option(
            names = "--max-size",
            paramLabel = "SIZE",
            defaultValue = "2048GiB",
            description = "Largest content of a compressed file. Default: ${DEFAULT-VALUE}.",
            converter = SizeConverter.class)
    private ByteSize maxSize = InputLimits.DEFAULTS.maxSize();

    @Option(
            names = "--max-ratio",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Largest content of a compressed file as a multiple of its length, from 1 GiB on."
                    + " Default: ${DEFAULT-VALUE}.")
    private long maxRatio = InputLimits.DEFAULTS.maxRatio();

    @Option(names = "--json", description = "Print the written files as JSON; progress goes to standard error.")
    private boolean json;

    public ConvertCommand(Output output, Processes processes, Clock clock) {
        this.output = output;
        this.processes = processes;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        var outputFormats = formats.stream().map(DiskFormat::parse).distinct().toList();
        if (!Files.isReadable(file)) {
            throw Failure.usage("Cannot read " + file, "Check the name and the permissions of the disk to convert.");
        }
        if (maxRatio < 1) {
            throw Failure.usage("--max-ratio is " + maxRatio, "Use a number from 1 on, for example 1000.");
        }
        outputFormats.forEach(this::requireUsableTarget);
        if (outputFormats.contains(DiskFormat.QCOW2_ZSTD)) {
            output.warning("QCOW2 with zstd requires QEMU 5.1 or later on every KVM host; 'cst validate' rejects it.");
        }
        var converting = Thread.currentThread();
        try (var _ = new ShutdownHook(converting::interrupt)) {
            print(convert(outputFormats));
            return 0;
        }
    }

    private List<WrittenDisk> convert(List<DiskFormat> outputFormats) {
        var scratch = CstHome.createDirectories(
                out.resolve(".cst-convert-" + ProcessHandle.current().pid()));
        var log = scratch.resolve("convert.log");
        var progress = new ProgressLine(output.err());
        try (var source = DiskSource.open(file, options(), processes, scratch, log, progress)) {
            var outputs = outputFormats.stream()
                    .map(format -> new dev.cstemplates.disk.export.Output(
                            format, Content.of(source), target(format), OvaMachine.ofUnknown(baseName())))
                    .toList();
            return new DiskExport(processes, clock).run(source, outputs, log, progress);
        } finally {
            progress.end();
            FileTrees.deleteOrFail(scratch);
        }
    }

    private InputOptions options() {
        return new InputOptions(disk, fixGpt, new InputLimits(maxSize, maxRatio), output::warning);
    }

    /** Without the extension, and without that of the disk inside a compressed file. */
    private String baseName() {
        var name = String.valueOf(file.getFileName());
        var isCompressed = name.toLowerCase(Locale.ROOT).matches(".+\\.(gz|bz2|xz|zst|zip)");
        return isCompressed ? withoutExtension(withoutExtension(name, true), false) : withoutExtension(name, true);
    }

    private static String withoutExtension(String name, boolean isAny) {
        var dot = name.lastIndexOf('.');
        var isRemoved = dot > 0
                && (isAny
                        || name.substring(dot + 1)
                                .toLowerCase(Locale.ROOT)
                                .matches("qcow2?|vhdx?|vmdk|ova|vdi|raw|img"));
        return isRemoved ? name.substring(0, dot) : name;
    }

    private Path target(DiskFormat format) {
        return out.resolve(baseName() + "." + format.extension());
    }

    private void requireUsableTarget(DiskFormat format) {
        var target = target(format);
        var suffixes = format == DiskFormat.VHDX ? ".part.raw" : ".part";
        if ((target.getFileName() + suffixes).getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw Failure.usage(
                    "The output's file name is too long: " + target.getFileName(),
                    "Rename the disk to at most %d bytes, or give a short name with a symbolic link."
                            .formatted(MAX_NAME_BYTES
                                    - suffixes.length()
                                    - format.extension().length()
                                    - 1));
        }
        try {
            if (Files.exists(target) && Files.isSameFile(target, file)) {
                throw Failure.usage(target + " is the disk to convert", "Choose another directory with --out DIR.");
            }
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot compare " + target + " with the disk to convert: " + e,
                            "Choose another directory with --out DIR.")
                    .because(e);
        }
    }

    private void print(List<WrittenDisk> disks) {
        if (json) {
            output.json(disks.stream().map(ConvertCommand::fields).toList());
            return;
        }
        for (var disk : disks) {
            output.line(disk.output().target() + "  " + new ByteSize(disk.length()));
            output.line("  sha256 " + disk.sha256());
        }
    }

    private static Map<String, Object> fields(WrittenDisk disk) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("file", disk.output().target().toString());
        fields.put("format", disk.output().format().id());
        fields.put("size", disk.length());
        fields.put("virtualSize", disk.size());
        fields.put("sha256", disk.sha256());
        fields.put("sha512", disk.sha512());
        fields.put("contentDigest", disk.contentDigest());
        return fields;
    }
}
