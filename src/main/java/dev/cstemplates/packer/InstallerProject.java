/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.packer.answers.AnswerDelivery;
import dev.cstemplates.packer.answers.InstallerAnswers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Creates the first disk with a vendor's installer: its kernel and initrd, extracted from the ISO, are booted directly, and it finds its
 * answer files by itself. It powers off at the end.
 *
 * <p>Values that only a run knows are Packer variables: {@code iso}, {@code iso_label}, {@code kernel} and {@code initrd}.
 *
 * @param cpus processors of the machine that the installer runs in
 * @param limit maximum duration with this accelerator
 * @param delivery how the installer gets its answer files
 * @param arguments kernel arguments; <code>{isoLabel}</code> is replaced by the ISO's volume label
 */
public record InstallerProject(
        Accelerator accelerator,
        int cpus,
        ByteSize memory,
        ByteSize disk,
        Duration limit,
        AnswerDelivery delivery,
        List<String> arguments,
        InstallerAnswers plan)
        implements PackerProject {

    /**
     * Printed on the serial console by the last script of every answer file. Powering off alone does not count as success: Anaconda, for
     * example, also powers off after errors.
     */
    static final String COMPLETION_MARKER = "cst: the installation is complete";

    private static final Pattern ARGUMENT = Pattern.compile("[A-Za-z0-9-]([A-Za-z0-9._:/@=,+~%-]|\\{isoLabel\\})*");

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9._+:@ -]{0,32}");

    public InstallerProject {
        Disks.wholeMebibytes(disk);
        arguments = List.copyOf(arguments);
        for (var argument : arguments) {
            if (!ARGUMENT.matcher(argument).matches()) {
                throw Failure.usage(
                        "Unsafe kernel argument for Packer, QEMU or the kernel: " + argument,
                        "Use only letters, digits and ._:/@=,+~%-");
            }
        }
    }

    /**
     * Escapes a volume label for a kernel argument as {@code udev} does. A {@link Failure} of kind build if the label, which comes from an
     * untrusted file, contains unsafe characters.
     */
    public static String label(String volume) {
        if (!LABEL.matcher(volume).matches()) {
            throw Failure.build(
                    "Unsafe volume label '" + volume + "' in the ISO",
                    "Check that this is the vendor's ISO. Labels may contain letters, digits, spaces and ._+:@- only.");
        }
        return volume.replace(" ", "\\x20");
    }

    @Override
    public Architecture architecture() {
        return plan.architecture();
    }

    @Override
    public String phase() {
        return "install";
    }

    @Override
    public String configuration() {
        return "installer";
    }

    @Override
    public List<Path> scripts() {
        return List.of();
    }

    @Override
    public Map<String, String> environment() {
        return Map.of();
    }

    @Override
    public SortedMap<String, String> machine() {
        return new TreeMap<>(Map.of(
                "accelerator", accelerator.id(),
                "cpus", Integer.toString(cpus),
                "memory", Long.toString(memory.toMiB()),
                "shutdown_timeout", limit.toSeconds() + "s"));
    }

    @Override
    public List<String> qualifiers() {
        var processor = architecture().id();
        var qualifiers = new ArrayList<>(List.of(processor, accelerator.id(), processor + "." + accelerator.id()));
        if (delivery instanceof AnswerDelivery.Cd) {
            qualifiers.add(processor + ".cd");
        }
        return List.copyOf(qualifiers);
    }

    /** The kernel's command line as a Packer template. The serial console comes last: the kernel prints there. */
    String commandLine() {
        var all = new ArrayList<>(arguments);
        if (delivery instanceof AnswerDelivery.Url(var argument)) {
            // The host's address in QEMU's user-mode network.
            all.add(argument + "=http://10.0.2.2:{{ .HTTPPort }}/preseed.cfg");
        }
        if (accelerator == Accelerator.TCG && architecture() == Architecture.X86_64) {
            // On a busy host the first ticks of an emulated timer are late, and the kernel would panic.
            all.add("no_timer_check");
        }
        all.add("console=" + plan.serialPort() + ",115200n8");
        return String.join(" ", all).replace("{isoLabel}", "{{user `iso_label`}}");
    }
}
