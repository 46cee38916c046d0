/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.ShellQuoting;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adjusts a finished disk for other hypervisors without booting or copying it: each variant is a thin overlay. One appliance changes all
 * of them.
 */
public final class OfflineVariants {

    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final String SCRIPT = "/tmp/cst-variant.sh";

    private final Processes processes;

    public OfflineVariants(Processes processes) {
        this.processes = processes;
    }

    /**
     * The variants to create.
     *
     * @param golden QCOW2 disk; read only
     * @param script bash script to run in the root directory of each variant
     * @param variants at least one
     * @param log receives the output of every program
     */
    public record VariantsRequest(
            Path golden,
            Path script,
            List<VariantDisk> variants,
            Path workFolder,
            Path log,
            Architecture architecture,
            Accelerator accelerator) {

        public VariantsRequest {
            variants = List.copyOf(variants);
        }
    }

    /**
     * A variant.
     *
     * @param name at most 20 lower-case letters
     * @param overlay QCOW2 file to create, backed by {@code golden}
     * @param environment of the script
     */
    public record VariantDisk(String name, Path overlay, SortedMap<String, String> environment) {

        public VariantDisk {
            if (!name.matches("[a-z]{1,20}")) {
                throw new IllegalArgumentException("The name of a variant must be lower-case letters, was: " + name);
            }
            environment = new TreeMap<>(environment);
        }
    }

    /** Creates every overlay. */
    public void make(VariantsRequest request) {
        CstHome.createDirectories(request.workFolder());
        for (var variant : request.variants()) {
            processes.check(Command.of(OfflineCleanup.overlayOn(request.golden(), variant.overlay()))
                    .log(request.log()));
        }
        var libguestfs = new Libguestfs(processes, request.accelerator(), request.architecture(), request.workFolder());
        libguestfs.guestfish(List.of(), session(request, root(request, libguestfs)), request.log(), LIMIT, line -> {});
    }

    private static GuestRoot root(VariantsRequest request, Libguestfs libguestfs) {
        var golden = request.golden().toAbsolutePath().toString();
        var found = libguestfs.guestfish(
                List.of("--ro", "--format=qcow2", "--add", golden),
                List.of("run", "inspect-os"),
                request.log(),
                LIMIT,
                line -> {});
        return GuestRoot.in(found.lines())
                .orElseThrow(() -> Failure.build(
                        "libguestfs found no operating system on the golden disk", "Build again with --from install."));
    }

    /** All disks have the same identifiers, so they are mounted one after the other, by label. */
    static List<String> session(VariantsRequest request, GuestRoot root) {
        var lines = new ArrayList<String>();
        for (var variant : request.variants()) {
            lines.add("add-drive %s format:qcow2 label:%s"
                    .formatted(quoted(variant.overlay().toAbsolutePath().toString()), variant.name()));
        }
        lines.add("run");
        for (var variant : request.variants()) {
            lines.add(root.mount("/dev/disk/guestfs/" + variant.name()));
            lines.add("upload " + quoted(request.script().toAbsolutePath().toString()) + " " + SCRIPT);
            lines.add("sh " + quoted(command(variant)));
            lines.add("rm " + SCRIPT);
            // The script changes nothing else.
            lines.add(SelinuxLabels.restore("/etc/cloud"));
            lines.add("umount-all");
        }
        return lines;
    }

    private static String command(VariantDisk variant) {
        var command = new StringBuilder();
        variant.environment()
                .forEach((name, value) -> command.append(name)
                        .append('=')
                        .append(ShellQuoting.quote(value))
                        .append(' '));
        return command.append("bash ").append(SCRIPT).toString();
    }

    /** Quoted for guestfish. */
    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
