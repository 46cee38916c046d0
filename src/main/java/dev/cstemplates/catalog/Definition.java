package dev.cstemplates.catalog;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.media.SigningKey;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How to build one release of one family. The reference of every field is {@code specs/definitions.md}; the schema that a
 * file is checked against is {@code templates/definition.schema.json}.
 *
 * @param id {@code <family>-<release>}
 * @param eol last day on which the template's own archives bring security updates, free of charge
 * @param packageFamily names the folders of scripts: {@code apt}, {@code dnf}, {@code zypper}
 * @param architectures what each architecture needs; never empty
 * @param keys the OpenPGP keys that vendors sign with, by name
 * @param installer how the vendor's installer runs unattended; null where there is none for it
 * @param bootstrap how the distribution's own package tool makes the first disk; null where it can't
 * @param packages installed in every image of this definition; {@link #packagesFor} adds those of one architecture
 * @param variants hypervisors that this definition can be exported for, each with its settings
 * @param digest of the merged document as JSON with sorted keys: the same for the same definition, whatever version of cst reads it
 */
public record Definition(
        String id,
        String title,
        String family,
        String release,
        LocalDate eol,
        String packageFamily,
        Map<Architecture, Target> architectures,
        Map<String, SigningKey> keys,
        @Nullable Installer installer,
        Machine machine,
        @Nullable Bootstrap bootstrap,
        List<String> packages,
        Guest guest,
        Limits limits,
        Map<Hypervisor, Variant> variants,
        CloudStack cloudstack,
        Sha256 digest) {

    /**
     * The ways to make the first disk that this definition describes, the one that a build takes by itself first: {@code bootstrap} is
     * the quickest and needs no medium. Never empty in a definition of a {@link Catalog}.
     */
    public List<Source> sources() {
        var sources = new ArrayList<Source>();
        if (bootstrap != null) {
            sources.add(Source.BOOTSTRAP);
        }
        if (installer != null && architectures.values().stream().anyMatch(target -> target.iso() != null)) {
            sources.add(Source.ISO);
        }
        if (architectures.values().stream().anyMatch(target -> target.image() != null)) {
            sources.add(Source.IMAGE);
        }
        return List.copyOf(sources);
    }

    /** The sources that this definition describes for one architecture, in the same order. */
    public List<Source> sources(Architecture architecture) {
        var target = architectures.get(architecture);
        return sources().stream()
                .filter(source -> switch (source) {
                    case BOOTSTRAP -> target != null;
                    case ISO, IMAGE -> target != null && target.media(source) != null;
                })
                .toList();
    }

    /** The medium for {@code source}; a {@link Failure} of kind usage if there is none. */
    public Media medium(Architecture architecture, Source source) {
        var target = architectures.get(architecture);
        var medium = target == null ? null : target.media(source);
        if (medium == null) {
            throw Failure.usage(
                    "%s has no %s for %s".formatted(id, source.id(), architecture.id()),
                    "Run 'cst show " + id + "' to see its media.");
        }
        return medium;
    }

    /** What is installed on {@code architecture}, beside the kernel and the boot loaders. */
    public List<String> packagesFor(Architecture architecture) {
        var target = architectures.get(architecture);
        return target == null
                ? packages
                : Stream.concat(packages.stream(), target.packages().stream())
                        .distinct()
                        .toList();
    }

    /** Whether the security updates have ended before {@code day}. */
    public boolean isPastSupportOn(LocalDate day) {
        return eol.isBefore(day);
    }

    /**
     * What one architecture needs.
     *
     * @param cpu lowest processor that runs the release: {@code x86-64-v1} to {@code x86-64-v4}, or {@code armv8-a}
     * @param kernelPackage kernel with the drivers of every hypervisor
     * @param bootloaderPackages what installs the boot loader for each firmware of this architecture
     * @param packages those that only this architecture has
     * @param iso the vendor's installation medium; null where there is none
     * @param image the vendor's cloud image; null where there is none
     */
    public record Target(
            String cpu,
            String kernelPackage,
            List<String> bootloaderPackages,
            List<String> packages,
            @Nullable Media iso,
            @Nullable Media image) {

        /** What a source starts from; null where there is nothing, as for a bootstrap. */
        public @Nullable Media media(Source source) {
            return switch (source) {
                case ISO -> iso;
                case IMAGE -> image;
                case BOOTSTRAP -> null;
            };
        }
    }

    /**
     * The virtual machine that builds run in.
     *
     * @param disk virtual size of the template: CloudStack's smallest root disk for it
     */
    public record Machine(int cpus, ByteSize memory, ByteSize disk) {}

    /**
     * How the finished system is set up.
     *
     * @param defaultUser account that cloud-init makes, gives the SSH key and the password to
     * @param passwordEnabled whether CloudStack's password server may set that account's password and SSH accepts it
     * @param locale for example {@code C.UTF-8}
     * @param timezone for example {@code Etc/UTC}
     */
    public record Guest(String defaultUser, boolean passwordEnabled, String locale, String timezone) {}

    /**
     * When a phase counts as hung.
     *
     * @param prepare longest time that the preparation may take, on a processor with virtualization
     * @param boot longest time from power-on to a login over SSH, likewise
     * @param emulationFactor what both are multiplied with under software emulation
     * @param maxAge age of a prepared layer after which its package updates are taken again
     */
    public record Limits(Duration prepare, Duration boot, int emulationFactor, Duration maxAge) {}

    /**
     * What differs for one hypervisor.
     *
     * @param datasources cloud-init's {@code datasource_list}
     * @param vsphere the machine that an OVA describes; null for hypervisors that take no OVA
     */
    public record Variant(
            List<String> datasources, @Nullable Vsphere vsphere) {}

    /**
     * How vSphere is told about the machine.
     *
     * @param osType vSphere's id of the operating system, for example {@code debian10_64Guest}
     * @param hardwareVersion of the virtual hardware, for example 13
     */
    public record Vsphere(String osType, int hardwareVersion) {}

    /**
     * How CloudStack is told about the template.
     *
     * @param guestOs CloudStack guest-OS names, the best first
     */
    public record CloudStack(List<String> guestOs) {}
}
