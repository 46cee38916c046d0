package dev.cstemplates.host;

import dev.cstemplates.host.Finding.Status;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Whether this host has the C libraries that disks are compressed with. */
final class LibraryChecks {

    private final Host host;
    private final PackageArchive archive;
    private final Predicate<String> isThere;

    LibraryChecks(Host host, PackageArchive archive) {
        this(host, archive, name -> NativeLibrary.find(name).isPresent());
    }

    LibraryChecks(Host host, PackageArchive archive, Predicate<String> isThere) {
        this.host = host;
        this.archive = archive;
        this.isThere = isThere;
    }

    List<Doctor.Check> all() {
        return List.of(
                () -> examine("libz.so.1", "compressing QCOW2 disks", Status.MISSING, Tools.LIBZ),
                () -> examine("libdeflate.so.0", "compressing VMDK disks fast", Status.WARN, Tools.LIBDEFLATE));
    }

    private Finding examine(String name, String purpose, Status otherwise, Map<PackageManager, String> packages) {
        return isThere.test(name)
                ? Finding.ok(name, purpose, "installed")
                : Finding.problem(name, purpose, otherwise, "not installed")
                        .mendedBy(host.packageOf(packages).filter(each -> !archive.lacks(each)));
    }
}
