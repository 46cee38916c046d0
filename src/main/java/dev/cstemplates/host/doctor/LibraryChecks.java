package dev.cstemplates.host.doctor;

import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.NativeLibrary;
import dev.cstemplates.host.PackageManager;
import dev.cstemplates.host.Tools;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Whether the C libraries that compress disks are installed. */
final class LibraryChecks {

    private final Host host;
    private final AptCache aptCache;
    private final Predicate<String> isInstalled;

    LibraryChecks(Host host, AptCache aptCache) {
        this(host, aptCache, name -> NativeLibrary.find(name).isPresent());
    }

    LibraryChecks(Host host, AptCache aptCache, Predicate<String> isInstalled) {
        this.host = host;
        this.aptCache = aptCache;
        this.isInstalled = isInstalled;
    }

    List<Doctor.Check> all() {
        return List.of(
                () -> examine("libz.so.1", "compressing QCOW2 disks", Status.FAILED, Tools.LIBZ),
                () -> examine("libdeflate.so.0", "compressing VMDK disks fast", Status.WARNING, Tools.LIBDEFLATE));
    }

    private HostCheck examine(String name, String purpose, Status otherwise, Map<PackageManager, String> packages) {
        return isInstalled.test(name)
                ? HostCheck.passed(name, purpose, "installed")
                : HostCheck.problem(name, purpose, otherwise, "not installed")
                        .fixedBy(host.packageOf(packages).filter(each -> !aptCache.isUnavailable(each)));
    }
}
