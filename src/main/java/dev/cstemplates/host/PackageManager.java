package dev.cstemplates.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A program that installs a distribution's packages unattended. */
public enum PackageManager {
    APT("apt-get update", "env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends"),
    DNF("", "dnf install -y"),
    ZYPPER("", "zypper --non-interactive install --no-recommends");

    private final String refresh;
    private final String install;

    /** Both are split at single spaces. */
    PackageManager(String refresh, String install) {
        this.refresh = refresh;
        this.install = install;
    }

    /** What refreshes the package lists; nothing where installing does that by itself. */
    public List<FixCommand> refresh() {
        return refresh.isEmpty() ? List.of() : List.of(FixCommand.asRoot(refresh.split(" ", -1)));
    }

    /** The commands that install {@code packages}; none for an empty collection. */
    public List<FixCommand> install(Collection<String> packages) {
        if (packages.isEmpty()) {
            return List.of();
        }
        var argv = new ArrayList<>(List.of(install.split(" ", -1)));
        argv.addAll(packages);
        var steps = new ArrayList<>(refresh());
        steps.add(FixCommand.asRoot(argv));
        return List.copyOf(steps);
    }
}
