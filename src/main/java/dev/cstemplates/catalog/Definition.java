/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.media.SigningKey;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How to build one release of one family. The reference of every field is {@code specs/definitions.md}; the schema that a
 * file is checked against is {@code templates/definition.schema.json}.
 *
 * @param id {@code <family>-<release>}
 * @param eol last day of free security updates from the template's archives
 * @param packageFamily names the script folders: {@code apt}, {@code dnf}, {@code zypper}
 * @param architectures settings per architecture; never empty
 * @param keys the OpenPGP keys that vendors sign with, by name
 * @param installer how the vendor's installer runs unattended; null if the source iso is not supported
 * @param bootstrap how the distribution's package tool creates the first disk; null if the source bootstrap is not supported
 * @param packages installed on every architecture; {@link #packagesFor} adds those of one architecture
 * @param variants supported hypervisors with their settings
 * @param digest of the merged document, independent of the order of its keys
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
     * The supported sources of the first disk, the default first: {@code bootstrap} is the quickest and needs no medium. Never empty in a
     * definition of a {@link Catalog}.
     */
    public List<Source> sources() {
        var sources = new ArrayList<Source>();
        if (bootstrap != null) {
            sources.add(Source.BOOTSTRAP);
        }
        if (architectures.values().stream().anyMatch(target -> target.image() != null)) {
            sources.add(Source.IMAGE);
        }
        if (installer != null && architectures.values().stream().anyMatch(target -> target.iso() != null)) {
            sources.add(Source.ISO);
        }
        return List.copyOf(sources);
    }

    /** The supported sources for one architecture, in the same order. */
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

    /** Packages for {@code architecture}, besides the kernel and the boot loaders. */
    public List<String> packagesFor(Architecture architecture) {
        var target = architectures.get(architecture);
        return target == null
                ? packages
                : Stream.concat(packages.stream(), target.packages().stream())
                        .distinct()
                        .toList();
    }

    /** Whether the release receives security updates. */
    public enum Support {
        SUPPORTED("supported"),
        /** For {@link #NOTICE} more days at most. */
        ENDS_SOON("ends soon"),
        ENDED("ended");

        /** Days before the end in which users are warned to plan for a newer release. */
        public static final long NOTICE = 90;

        private final String words;

        Support(String words) {
            this.words = words;
        }

        /** As tables show it; JSON has a hyphen instead of the blank. */
        public String words() {
            return words;
        }
    }

    /** Whether the release receives security updates on {@code day}. */
    public Support supportOn(LocalDate day) {
        if (eol.isBefore(day)) {
            return Support.ENDED;
        }
        return ChronoUnit.DAYS.between(day, eol) <= Support.NOTICE ? Support.ENDS_SOON : Support.SUPPORTED;
    }

    /** What to tell users about the release on {@code day}; empty while there is nothing to tell. */
    public Optional<String> supportWarning(LocalDate day) {
        return switch (supportOn(day)) {
            case SUPPORTED -> Optional.empty();
            case ENDS_SOON -> Optional.of(id + " receives security updates only until " + eol);
            case ENDED -> Optional.of(id + " has had no security updates since " + eol);
        };
    }

    /**
     * Settings for one architecture.
     *
     * @param cpu minimum processor level: {@code x86-64-v1} to {@code x86-64-v4}, or {@code armv8-a}
     * @param kernelPackage kernel with drivers for every hypervisor
     * @param bootloaderPackages boot loaders for each firmware of this architecture
     * @param packages additional packages for this architecture
     * @param iso the vendor's installation medium; null if there is none
     * @param image the vendor's cloud image; null if there is none
     */
    public record Target(
            String cpu,
            String kernelPackage,
            List<String> bootloaderPackages,
            List<String> packages,
            @Nullable Media iso,
            @Nullable Media image) {

        /** The medium for a source; null if there is none, as for a bootstrap. */
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
     * @param disk virtual size of the template, which is the minimum root disk size in CloudStack
     */
    public record Machine(int cpus, ByteSize memory, ByteSize disk) {}

    /**
     * Settings of the finished system.
     *
     * @param defaultUser account that cloud-init creates and gives the SSH key and password
     * @param passwordEnabled whether CloudStack's password server may set that account's password, and SSH accepts it
     * @param locale for example {@code C.UTF-8}
     * @param timezone for example {@code Etc/UTC}
     */
    public record Guest(String defaultUser, boolean passwordEnabled, String locale, String timezone) {}

    /**
     * Time limits.
     *
     * @param prepare maximum duration of the preparation with hardware virtualization
     * @param boot maximum time from power-on to an SSH login with hardware virtualization
     * @param emulationFactor multiplier of both under software emulation
     * @param maxAge age of a prepared layer after which its package updates are repeated
     */
    public record Limits(Duration prepare, Duration boot, int emulationFactor, Duration maxAge) {}

    /**
     * Settings for one hypervisor.
     *
     * @param datasources cloud-init's {@code datasource_list}
     * @param vsphere the machine in an OVA; null for hypervisors that use no OVA
     */
    public record Variant(
            List<String> datasources, @Nullable Vsphere vsphere) {}

    /**
     * A virtual machine in an OVA.
     *
     * @param osType vSphere's guest OS identifier, for example {@code debian10_64Guest}
     * @param hardwareVersion virtual hardware version, for example 13
     */
    public record Vsphere(String osType, int hardwareVersion) {}

    /**
     * Settings for registering the template.
     *
     * @param guestOs CloudStack guest OS names, best first
     */
    public record CloudStack(List<String> guestOs) {}
}
