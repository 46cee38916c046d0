package dev.cstemplates.artifact;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

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
     */
    public record File(Path source, String label, String role, String hypervisor, String format) {}
}
