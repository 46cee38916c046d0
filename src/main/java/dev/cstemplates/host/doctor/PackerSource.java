package dev.cstemplates.host.doctor;

import dev.cstemplates.host.Host;

/** Installs Packer from its maker, for distributions whose own archive does not have it. */
final class PackerSource {

    private static final String KEY = "https://apt.releases.hashicorp.com/gpg";
    private static final String KEY_FILE = "/usr/share/keyrings/hashicorp.asc";

    private PackerSource() {}

    static FixCommand[] steps(Host host) {
        return host.os()
                .packageManager()
                .map(manager -> switch (manager) {
                    case APT -> apt(host.os().codename());
                    case DNF -> dnf();
                    case ZYPPER -> zypper();
                })
                .orElse(new FixCommand[0]);
    }

    private static FixCommand[] apt(String codename) {
        var source = "deb [signed-by=" + KEY_FILE + "] https://apt.releases.hashicorp.com " + codename + " main";
        return new FixCommand[] {
            FixCommand.asRoot(
                    "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "curl", "ca-certificates"),
            FixCommand.asRoot("curl", "-fsSL", KEY, "-o", KEY_FILE),
            FixCommand.asRoot("sh", "-c", "echo '" + source + "' > /etc/apt/sources.list.d/hashicorp.list"),
            FixCommand.asRoot("apt-get", "update"),
            FixCommand.asRoot("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "packer")
        };
    }

    private static FixCommand[] dnf() {
        return new FixCommand[] {
            FixCommand.asRoot(
                    "curl",
                    "-fsSL",
                    "https://rpm.releases.hashicorp.com/fedora/hashicorp.repo",
                    "-o",
                    "/etc/yum.repos.d/hashicorp.repo"),
            FixCommand.asRoot("dnf", "install", "-y", "packer")
        };
    }

    private static FixCommand[] zypper() {
        return new FixCommand[] {
            FixCommand.asRoot(
                    "zypper",
                    "--non-interactive",
                    "--gpg-auto-import-keys",
                    "addrepo",
                    "--refresh",
                    "https://rpm.releases.hashicorp.com/RHEL/hashicorp.repo"),
            FixCommand.asRoot("zypper", "--non-interactive", "--gpg-auto-import-keys", "install", "packer")
        };
    }
}
