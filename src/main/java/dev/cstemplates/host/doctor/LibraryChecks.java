package dev.cstemplates.host.doctor;

import dev.cstemplates.host.Host;
import dev.cstemplates.host.NativeLibrary;
import dev.cstemplates.host.PackageManager;
import dev.cstemplates.host.doctor.CheckResult.Status;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Whether this host has the C libraries that disks are compressed with. */
final class LibraryChecks {

    private final Host host;
    private final AptCache archive;
    private final Predicate<String> isThere;

    LibraryChecks(Host host, AptCache archive) {
        this(host, archive, name -> NativeLibrary.find(name).isPresent());
    }

    LibraryChecks(Host host, AptCache archive, Predicate<String> isThere) {
        this.host = host;
        this.archive = archive;
        this.isThere = isThere;
    }

    List<Doctor.Check> all() {
        return List.of(
                () -> examine("libz.so.1", "compressing QCOW2 disks", Status.MISSING, Tools.LIBZ),
                () -> examine("libdeflate.so.0", "compressing VMDK disks fast", Status.WARN, Tools.LIBDEFLATE));
    }

    private CheckResult examine(String name, String purpose, Status otherwise, Map<PackageManager, String> packages) {
        return isThere.test(name)
                ? CheckResult.ok(name, purpose, "installed")
                : CheckResult.problem(name, purpose, otherwise, "not installed")
                        .mendedBy(host.packageOf(packages).filter(each -> !archive.lacks(each)));
    }
}
