package dev.cstemplates.host;

/** Installs Packer from its maker, for distributions whose own archive does not have it. */
final class PackerSource {

    private static final String KEY = "https://apt.releases.hashicorp.com/gpg";
    private static final String KEY_FILE = "/usr/share/keyrings/hashicorp.asc";

    private PackerSource() {}

    static MendingStep[] steps(Host host) {
        return host.os()
                .packageManager()
                .map(manager -> switch (manager) {
                    case APT -> apt(host.os().codename());
                    case DNF -> dnf();
                    case ZYPPER -> zypper();
                })
                .orElse(new MendingStep[0]);
    }

    private static MendingStep[] apt(String codename) {
        var source = "deb [signed-by=" + KEY_FILE + "] https://apt.releases.hashicorp.com " + codename + " main";
        return new MendingStep[] {
            MendingStep.asRoot(
                    "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "curl", "ca-certificates"),
            MendingStep.asRoot("curl", "-fsSL", KEY, "-o", KEY_FILE),
            MendingStep.asRoot("sh", "-c", "echo '" + source + "' > /etc/apt/sources.list.d/hashicorp.list"),
            MendingStep.asRoot("apt-get", "update"),
            MendingStep.asRoot("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "packer")
        };
    }

    private static MendingStep[] dnf() {
        return new MendingStep[] {
            MendingStep.asRoot(
                    "curl",
                    "-fsSL",
                    "https://rpm.releases.hashicorp.com/fedora/hashicorp.repo",
                    "-o",
                    "/etc/yum.repos.d/hashicorp.repo"),
            MendingStep.asRoot("dnf", "install", "-y", "packer")
        };
    }

    private static MendingStep[] zypper() {
        return new MendingStep[] {
            MendingStep.asRoot(
                    "zypper",
                    "--non-interactive",
                    "--gpg-auto-import-keys",
                    "addrepo",
                    "--refresh",
                    "https://rpm.releases.hashicorp.com/RHEL/hashicorp.repo"),
            MendingStep.asRoot("zypper", "--non-interactive", "--gpg-auto-import-keys", "install", "packer")
        };
    }
}
