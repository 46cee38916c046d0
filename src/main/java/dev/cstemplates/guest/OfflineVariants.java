package dev.cstemplates.guest;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CstHome;
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
 * Makes a finished disk fit for other hypervisors, without booting or copying it: what differs goes into a thin overlay each. One
 * appliance changes all of them.
 */
public final class OfflineVariants {

    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final String SCRIPT = "/tmp/cst-variant.sh";

    private final Processes processes;

    public OfflineVariants(Processes processes) {
        this.processes = processes;
    }

    /**
     * What to make.
     *
     * @param golden QCOW2 disk; only read
     * @param rootPartition number of the partition with the root file system, from 1
     * @param script bash script that is run in the root folder of each variant
     * @param variants at least one
     * @param log gets the whole output of every program
     */
    public record Request(
            Path golden,
            int rootPartition,
            Path script,
            List<Variant> variants,
            Path workFolder,
            Path log,
            Architecture architecture,
            Accelerator accelerator) {

        public Request {
            variants = List.copyOf(variants);
        }
    }

    /**
     * One variant.
     *
     * @param name lower-case letters, 20 at most
     * @param overlay QCOW2 file to make upon {@code golden}
     * @param environment what the script is told
     */
    public record Variant(String name, Path overlay, SortedMap<String, String> environment) {

        public Variant {
            if (!name.matches("[a-z]{1,20}")) {
                throw new IllegalArgumentException("A variant's name is lower-case letters, was: " + name);
            }
            environment = new TreeMap<>(environment);
        }
    }

    /** Makes every overlay. */
    public void make(Request request) {
        CstHome.made(request.workFolder());
        for (var variant : request.variants()) {
            processes.check(Command.of(OfflineCleanup.overlayOn(request.golden(), variant.overlay()))
                    .log(request.log()));
        }
        new Libguestfs(processes, request.accelerator(), request.architecture(), request.workFolder())
                .guestfish(List.of(), session(request), request.log(), LIMIT, line -> {});
    }

    /** Every disk has the same identifiers: they are mounted one after the other, by the names given to them here. */
    static List<String> session(Request request) {
        var lines = new ArrayList<String>();
        for (var variant : request.variants()) {
            lines.add("add-drive %s format:qcow2 label:%s"
                    .formatted(quoted(variant.overlay().toAbsolutePath().toString()), variant.name()));
        }
        lines.add("run");
        for (var variant : request.variants()) {
            lines.add("mount /dev/disk/guestfs/%s%d /".formatted(variant.name(), request.rootPartition()));
            lines.add("upload " + quoted(request.script().toAbsolutePath().toString()) + " " + SCRIPT);
            lines.add("sh " + quoted(command(variant)));
            lines.add("rm " + SCRIPT);
            lines.add("umount-all");
        }
        return lines;
    }

    private static String command(Variant variant) {
        var command = new StringBuilder();
        variant.environment()
                .forEach((name, value) -> command.append(name)
                        .append('=')
                        .append(ShellQuoting.quote(value))
                        .append(' '));
        return command.append("bash ").append(SCRIPT).toString();
    }

    /** A word as guestfish reads it. */
    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
