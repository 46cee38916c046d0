package dev.cstemplates.artifact;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * The contents of an artifact; {@code manifest.json}.
 *
 * @param schemaVersion of this record, 1
 * @param id definition id, for example {@code debian-12}
 * @param version {@code <yyyyMMdd>.<n>}, {@code n} counted per day
 * @param definitionDigest SHA-256 of the resolved definition
 * @param virtualSize of the guest's disk, in bytes
 * @param facts values measured by validation, by name, for example {@code timeToSsh}
 * @param files every file of the artifact except the manifest
 * @param packages the packages installed in the guest
 */
public record Manifest(
        int schemaVersion,
        String id,
        String version,
        String title,
        String architecture,
        Instant createdAt,
        String tool,
        String definitionDigest,
        long virtualSize,
        ValidationSummary validation,
        SortedMap<String, String> facts,
        List<FileEntry> files,
        List<InstalledPackage> packages) {

    public static final int SCHEMA_VERSION = 1;

    /** The numbers of validation checks by result. */
    public record ValidationSummary(boolean passed, int checks, int failed, int warned, int skipped) {}

    /**
     * One file.
     *
     * @param role {@code disk}, {@code report}, {@code log}, {@code packages}
     * @param hypervisor for disks, for example {@code kvm}; else empty
     * @param format for disks, for example {@code qcow2}; else empty
     * @param virtualSize for disks, in bytes; else 0
     * @param contentDigest for disks, digest of the content independent of the format ({@code specs/disk-formats.md}); else empty
     * @param size in bytes
     */
    public record FileEntry(
            String name,
            String role,
            String hypervisor,
            String format,
            long virtualSize,
            String contentDigest,
            long size,
            String sha256,
            String sha512) {}

    /**
     * One package in the guest.
     *
     * @param installedSize in bytes, according to the package manager
     */
    public record InstalledPackage(String name, String version, String architecture, long installedSize) {}

    public Manifest {
        files = List.copyOf(files);
        packages = List.copyOf(packages);
    }
}
