package dev.cstemplates.cli.cloud;

import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.cli.terminal.ProgressLine;
import dev.cstemplates.core.Failure;
import dev.cstemplates.delivery.Delivery;
import dev.cstemplates.publish.TemplateDisk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst deliver}. */
@Command(
        name = "deliver",
        description = {
            "Copies an artifact's disks to a profile's S3-compatible store or web server folder,"
                    + " without registering them: prints their URLs and checksums in CloudStack's format."
        },
        footerHeading = "%nExample:%n",
        footer = "  cst deliver debian-12 --profile prod")
final class DeliverCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<ArtifactStore> artifacts;
    private final Supplier<CloudStackContext> clouds;

    @Parameters(paramLabel = "ID[@VERSION]", description = "One of 'cst artifacts list'. " + VersionReference.DEFAULT)
    private String reference = "";

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description = "x86_64 or aarch64. Default: this host's, else the only one.")
    private @Nullable String arch;

    @Mixin
    private final CloudOptions options = new CloudOptions();

    @Option(
            names = "--hypervisor",
            paramLabel = "H",
            split = ",",
            description = "kvm, xenserver, vmware, hyperv. Default: the profile's.")
    private List<String> hypervisors = List.of();

    @Option(names = "--json", description = "Print an array of objects; progress goes to standard error.")
    private boolean json;

    DeliverCommand(Output output, Supplier<ArtifactStore> artifacts, Supplier<CloudStackContext> clouds) {
        this.output = output;
        this.artifacts = artifacts;
        this.clouds = clouds;
    }

    @Override
    public Integer call() {
        var artifact = artifacts.get().find(VersionReference.parse(reference, arch));
        var profile = clouds.get().profiles().find(options.profile());
        var way = profile.delivery();
        if (way.folder() == null && way.s3() == null) {
            throw Failure.usage(
                    "The profile '" + options.profile() + "' has no web folder or object store to deliver to",
                    "Set delivery.folder or delivery.s3 in the profile.");
        }
        var disks = TemplateDisk.of(artifact, hypervisors.isEmpty() ? profile.hypervisors() : hypervisors);
        var progress = new ProgressLine(output.err());
        var rows = new ArrayList<Map<String, Object>>();
        try (var delivery = Objects.requireNonNull(clouds.get().delivery(way))) {
            for (var disk : disks) {
                rows.add(delivered(disk, delivery, progress));
            }
        } finally {
            progress.end();
        }
        if (json) {
            output.json(rows);
        } else {
            rows.forEach(row -> output.line(row.get("url") + "\n  checksum " + row.get("checksum")));
        }
        return 0;
    }

    private static Map<String, Object> delivered(TemplateDisk disk, Delivery delivery, ProgressLine progress) {
        var item = new Delivery.OfferedFile(disk.file(), disk.entry().sha256());
        var size = Math.max(1, disk.entry().size());
        delivery.offer(item, bytes -> progress.accept(item.name() + ": " + bytes * 100 / size + " %"));
        var row = new LinkedHashMap<String, Object>();
        row.put("hypervisor", disk.entry().hypervisor());
        row.put("url", delivery.address(item).toString());
        row.put("checksum", "{SHA-256}" + disk.entry().sha256());
        row.put("size", disk.entry().size());
        return row;
    }
}
