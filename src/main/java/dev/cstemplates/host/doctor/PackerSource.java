package dev.cstemplates.host.doctor;

import dev.cstemplates.host.FixCommand;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.PackageManager;
import java.util.List;

/** Installs Packer from HashiCorp's package repositories, for distributions that do not package it. */
final class PackerSource {

    /**
     * HashiCorp's key for Linux packages since January 2023, the same for all its repositories. Source: HashiCorp's installation
     * instructions ("The fingerprint must match 798A EC65 4E5C 1542 8C8E 42EE AA16 FCBC A621 E701") and
     * https://www.hashicorp.com/security, "Linux Package Checksum Verification".
     */
    static final String FINGERPRINT = "798AEC654E5C15428C8E42EEAA16FCBCA621E701";

    private static final String APT_KEY = "/usr/share/keyrings/hashicorp.asc";
    private static final String RPM_KEY = "/etc/pki/rpm-gpg/RPM-GPG-KEY-hashicorp";

    private PackerSource() {}

    static List<FixCommand> commands(Host host) {
        return host.os()
                .packageManager()
                .map(manager -> switch (manager) {
                    case APT -> apt(host.os().codename());
                    case DNF -> dnf(host.os().id().equals("fedora") ? "fedora/$releasever" : "RHEL/$releasever");
                    case ZYPPER -> zypper();
                })
                .orElse(List.of());
    }

    private static List<FixCommand> apt(String codename) {
        var source = "deb [signed-by=" + APT_KEY + "] https://apt.releases.hashicorp.com " + codename + " main";
        return List.of(
                install(PackageManager.APT, "curl", "ca-certificates", "gpg"),
                FixCommand.asRoot("sh", "-c", fetchKey("https://apt.releases.hashicorp.com/gpg", FINGERPRINT, APT_KEY)),
                FixCommand.asRoot("sh", "-c", "echo '" + source + "' > /etc/apt/sources.list.d/hashicorp.list"),
                FixCommand.asRoot("apt-get", "update"),
                install(PackageManager.APT, "packer"));
    }

    private static List<FixCommand> dnf(String path) {
        return List.of(
                install(PackageManager.DNF, "curl", "gnupg2"),
                fetchRpmKey(),
                repository("/etc/yum.repos.d/hashicorp.repo", path),
                install(PackageManager.DNF, "packer"));
    }

    /** HashiCorp has no repository for SUSE; RHEL's package works because it has no dependencies. */
    private static List<FixCommand> zypper() {
        return List.of(
                install(PackageManager.ZYPPER, "curl", "gpg2"),
                fetchRpmKey(),
                FixCommand.asRoot("rpm", "--import", RPM_KEY),
                repository("/etc/zypp/repos.d/hashicorp.repo", "RHEL/9"),
                install(PackageManager.ZYPPER, "packer"));
    }

    private static FixCommand install(PackageManager manager, String... packages) {
        return manager.install(List.of(packages)).getLast();
    }

    private static FixCommand fetchRpmKey() {
        return FixCommand.asRoot("sh", "-c", fetchKey("https://rpm.releases.hashicorp.com/gpg", FINGERPRINT, RPM_KEY));
    }

    private static FixCommand repository(String file, String path) {
        var lines = "[hashicorp]\\nname=HashiCorp\\nenabled=1\\ngpgcheck=1\\ngpgkey=file://" + RPM_KEY
                + "\\nbaseurl=https://rpm.releases.hashicorp.com/" + path + "/$basearch/stable\\n";
        return FixCommand.asRoot("sh", "-c", "printf '" + lines + "' > " + file);
    }

    /** A shell script that downloads a file of OpenPGP keys, and refuses it unless the pinned key is the only one in it. */
    static String fetchKey(String url, String fingerprint, String target) {
        return """
            key=$(mktemp) && curl -fsSL URL -o "$key" && \
            found=$(gpg --batch --with-colons --show-keys "$key" | \
            awk -F: '$1 == "pub" { primary = 1 } $1 == "fpr" && primary { print $10; primary = 0 }') && \
            if [ "$found" = FINGERPRINT ]; then install -D -m 0644 "$key" TARGET; \
            else echo "The key at URL has the fingerprint $found, expected FINGERPRINT" >&2; exit 1; fi\
            """.replace("URL", url).replace("FINGERPRINT", fingerprint).replace("TARGET", target);
    }
}
