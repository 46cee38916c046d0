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
 * The first disk, made by a vendor's installer: its kernel and initial file system, taken out of the ISO, are booted directly, and
 * it finds its answers by itself. It powers off at the end.
 *
 * <p>Packer is told by variables what only a run knows: {@code iso}, {@code iso_label}, {@code kernel} and {@code initrd}.
 *
 * @param cpus processors of the machine that the installer runs in
 * @param limit longest time that it may take, as it is for this accelerator
 * @param delivery how the answers reach it
 * @param arguments what its kernel is told; <code>{isoLabel}</code> stands for the ISO's volume label
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
     * What the last script of every answer file tells the serial console: only then is a machine that powers off one that is done.
     * Anaconda, for one, powers off after errors as well.
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
                        "The kernel argument " + argument + " would be misread by Packer, QEMU or the kernel",
                        "Use letters, digits and ._:/@=,+~%- only.");
            }
        }
    }

    /**
     * A volume's label as a kernel argument can hold it: spaces as {@code udev} writes them. A {@link Failure} of kind build where the
     * label could be taken for more than a label; it comes out of a file that somebody else made.
     */
    public static String label(String volume) {
        if (!LABEL.matcher(volume).matches()) {
            throw Failure.build(
                    "The ISO's volume label '" + volume + "' would be misread by Packer, QEMU or the kernel",
                    "Is this the vendor's ISO? Labels are letters, digits, spaces and ._+:@- only.");
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

    /** The kernel's whole command line, for Packer to fill in. The serial console is the last one: that is where it prints. */
    String commandLine() {
        var words = new ArrayList<>(arguments);
        if (delivery instanceof AnswerDelivery.Url(var argument)) {
            // QEMU's own network shows the guest this host by that address.
            words.add(argument + "=http://10.0.2.2:{{ .HTTPPort }}/preseed.cfg");
        }
        if (accelerator == Accelerator.TCG && architecture() == Architecture.X86_64) {
            // An emulated timer's first ticks come late on a busy host, and the kernel would give up.
            words.add("no_timer_check");
        }
        words.add("console=" + plan.serialPort() + ",115200n8");
        return String.join(" ", words).replace("{isoLabel}", "{{user `iso_label`}}");
    }
}
