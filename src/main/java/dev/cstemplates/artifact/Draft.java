package dev.cstemplates.artifact;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What goes into a new artifact; the store adds version, digests and time.
 *
 * @param files copied or linked into the store, left where they are
 */
public record Draft(
        String id,
        String title,
        String architecture,
        String tool,
        String definitionDigest,
        long virtualSize,
        Manifest.Verdict validation,
        SortedMap<String, String> facts,
        List<File> files,
        List<Manifest.InstalledPackage> packages) {

    /**
     * One file to store.
     *
     * @param label what its name ends in after {@code <id>-<version>-<arch>-}, for example {@code kvm.qcow2}
     * @param role of it, as in {@link Manifest.Entry}
     * @param disk null for other files
     */
    public record File(
            Path source,
            String label,
            String role,
            @Nullable Disk disk) {}

    /** What a disk is; see {@link Manifest.Entry}. */
    public record Disk(String hypervisor, String format, long virtualSize, String contentDigest) {

        static final Disk NONE = new Disk("", "", 0, "");
    }
}
