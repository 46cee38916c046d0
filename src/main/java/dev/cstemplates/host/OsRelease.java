package dev.cstemplates.host;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The distribution of a host, from {@code /etc/os-release}.
 *
 * @param id for example {@code debian}; {@code linux} if the file does not say
 * @param related ids of the distributions it derives from
 * @param codename for example {@code bookworm}, or empty
 * @param title name and version for messages
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

    /** Parses os-release(5); an empty text is an unknown Linux. */
    static OsRelease parse(String text) {
        var fields = new HashMap<String, String>();
        for (var line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
            var equals = line.indexOf('=');
            if (equals > 0) {
                fields.put(line.substring(0, equals), unquoted(line.substring(equals + 1)));
            }
        }
        return new OsRelease(
                fields.getOrDefault("ID", "linux"),
                List.of(fields.getOrDefault("ID_LIKE", "").split("\\s+", -1)),
                fields.getOrDefault("VERSION_CODENAME", ""),
                fields.getOrDefault("PRETTY_NAME", "an unknown Linux"));
    }

    /** Its package manager; empty for an unsupported distribution. */
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
