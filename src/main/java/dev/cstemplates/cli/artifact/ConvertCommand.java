package dev.cstemplates.cli.artifact;

import dev.cstemplates.cli.App;
import dev.cstemplates.cli.terminal.ProgressLine;
import dev.cstemplates.cli.terminal.ShutdownHook;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.DiskSource;
import dev.cstemplates.disk.export.Content;
import dev.cstemplates.disk.export.DiskExport;
import dev.cstemplates.disk.export.Output;
import dev.cstemplates.disk.export.WrittenDisk;
import dev.cstemplates.disk.ova.OvaMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst convert}. */
@Command(
        name = "convert",
        description = {
            "Writes a disk in other formats, as CloudStack's hypervisors want them: QCOW2 for KVM, VHD for XenServer and"
                    + " XCP-ng, OVA for VMware, VHDX for Hyper-V. The disk is read once, whatever the number of formats.",
            "Its content is not changed: a template of 'cst build' has the settings of its hypervisor in it, a converted one"
                    + " those that it had."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst convert disk.qcow2 --to vhd --out DIR        DIR/disk.vhd",
            "  cst convert disk.vmdk --to qcow2,vhd,ova --out DIR",
            "  cst convert disk.raw --to qcow2-zstd --out DIR   smaller; needs QEMU 5.1"
        })
public final class ConvertCommand implements Callable<Integer> {

    private final App app;

    @Parameters(paramLabel = "FILE", description = "Any disk that qemu-img can read, or an OVA.")
    private Path file = Path.of("");

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FORMAT",
            split = ",",
            description = "One or more of qcow2, qcow2-zstd, vhd, ova, vmdk, vhdx, raw.")
    private List<String> formats = List.of();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Where to. Files keep the input's base name; one that is there is replaced.")
    private Path out = Path.of("");

    @Option(names = "--json", description = "Print what was written as JSON; progress goes to standard error.")
    private boolean json;

    public ConvertCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        var wanted = formats.stream().map(DiskFormat::parse).distinct().toList();
        if (!Files.isReadable(file)) {
            throw Failure.usage("There is no readable file " + file, "Name the disk to convert.");
        }
        refuseItsOwnName(wanted);
        if (wanted.contains(DiskFormat.QCOW2_ZSTD)) {
            app.output()
                    .warning(
                            "QCOW2 with zstd needs QEMU 5.1 or newer on every KVM host; cst's own validation refuses it.");
        }
        var converting = Thread.currentThread();
        try (var _ = new ShutdownHook(converting::interrupt)) {
            tell(convert(wanted));
            return 0;
        }
    }

    private List<WrittenDisk> convert(List<DiskFormat> wanted) {
        var scratch = CstHome.made(
                out.resolve(".cst-convert-" + ProcessHandle.current().pid()));
        var log = scratch.resolve("convert.log");
        var progress = new ProgressLine(app.output().err());
        try (var source = DiskSource.open(file, app.processes(), scratch, log, progress)) {
            var outputs = wanted.stream()
                    .map(format -> new Output(
                            format,
                            Content.of(source),
                            out.resolve(baseName() + "." + format.extension()),
                            OvaMachine.ofUnknown(baseName())))
                    .toList();
            return new DiskExport(app.processes(), app.clock()).run(source, outputs, log, progress);
        } finally {
            progress.end();
            FileTrees.forget(scratch);
        }
    }

    private String baseName() {
        var name = String.valueOf(file.getFileName());
        var dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    private void refuseItsOwnName(List<DiskFormat> wanted) {
        for (var format : wanted) {
            var target = out.resolve(baseName() + "." + format.extension());
            try {
                if (Files.exists(target) && Files.isSameFile(target, file)) {
                    throw Failure.usage(target + " is the disk that is read", "Choose another folder with --out DIR.");
                }
            } catch (IOException e) {
                throw Failure.host(target + " can't be looked at: " + e, "Choose another folder with --out DIR.")
                        .because(e);
            }
        }
    }

    private void tell(List<WrittenDisk> disks) {
        if (json) {
            app.output().json(disks.stream().map(ConvertCommand::fields).toList());
            return;
        }
        for (var disk : disks) {
            app.output().line(disk.output().target() + "  " + new ByteSize(disk.length()));
            app.output().line("  sha256 " + disk.sha256());
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
