package dev.cstemplates.artifact;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A new artifact, to which the store adds version, digests and time.
 *
 * @param files copied into the store; the originals are kept
 */
public record Draft(
        String id,
        String title,
        String architecture,
        String tool,
        String definitionDigest,
        long virtualSize,
        Manifest.ValidationSummary validation,
        SortedMap<String, String> facts,
        List<DraftFile> files,
        List<Manifest.InstalledPackage> packages) {

    /**
     * One file to store.
     *
     * @param label the end of its name after {@code <id>-<version>-<arch>-}, for example {@code kvm.qcow2}
     * @param role as in {@link Manifest.FileEntry}
     * @param disk null for other files
     */
    public record DraftFile(
            Path source,
            String label,
            String role,
            @Nullable DraftDisk disk) {}

    /** A disk's properties; see {@link Manifest.FileEntry}. */
    public record DraftDisk(String hypervisor, String format, long virtualSize, String contentDigest) {

        static final DraftDisk NONE = new DraftDisk("", "", 0, "");
    }
}
