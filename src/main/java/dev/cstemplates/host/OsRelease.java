package dev.cstemplates.host;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a host says of its distribution in {@code /etc/os-release}.
 *
 * @param id for example {@code debian}; {@code linux} where nothing is said
 * @param related ids of the distributions it derives from
 * @param codename for example {@code bookworm}, or empty
 * @param title for people
 */
public record OsRelease(String id, List<String> related, String codename, String title) {

    private static final Map<String, PackageManager> MANAGERS = Map.of(
            "debian", PackageManager.APT,
            "ubuntu", PackageManager.APT,
            "fedora", PackageManager.DNF,
            "rhel", PackageManager.DNF,
            "centos", PackageManager.DNF,
            "suse", PackageManager.ZYPPER,
            "opensuse", PackageManager.ZYPPER,
            "sles", PackageManager.ZYPPER,
            "opensuse-leap", PackageManager.ZYPPER,
            "opensuse-tumbleweed", PackageManager.ZYPPER);

    public OsRelease {
        related = List.copyOf(related);
    }

    /** Reads the file of {@code host}; a host without one is an unknown Linux. */
    public static OsRelease of(Host host) {
        var text = host.text("/etc/os-release")
                .or(() -> host.text("/usr/lib/os-release"))
                .orElse("");
        var said = new HashMap<String, String>();
        for (var line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
            var equals = line.indexOf('=');
            if (equals > 0) {
                said.put(line.substring(0, equals), unquoted(line.substring(equals + 1)));
            }
        }
        return new OsRelease(
                said.getOrDefault("ID", "linux"),
                List.of(said.getOrDefault("ID_LIKE", "").split("\\s+", -1)),
                said.getOrDefault("VERSION_CODENAME", ""),
                said.getOrDefault("PRETTY_NAME", "an unknown Linux"));
    }

    /** What installs packages here; empty on a distribution that this tool knows nothing of. */
    public Optional<PackageManager> packageManager() {
        var own = Optional.ofNullable(MANAGERS.get(id));
        return own.isPresent()
                ? own
                : related.stream()
                        .filter(MANAGERS::containsKey)
                        .map(MANAGERS::get)
                        .findFirst();
    }

    private static String unquoted(String value) {
        var text = value.strip();
        var isQuoted = text.length() > 1 && (text.startsWith("\"") || text.startsWith("'"));
        return isQuoted ? text.substring(1, text.length() - 1) : text;
    }
}
