/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host;

import static dev.cstemplates.host.PackageManager.APT;
import static dev.cstemplates.host.PackageManager.DNF;
import static dev.cstemplates.host.PackageManager.ZYPPER;
import static dev.cstemplates.host.Tool.Need.OPTIONAL;
import static dev.cstemplates.host.Tool.Need.RECOMMENDED;
import static dev.cstemplates.host.Tool.Need.REQUIRED;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Version;
import java.util.List;
import java.util.Map;

/**
 * Every external program that cst calls, and the package it comes from.
 *
 * <p>Package names: Debian 11 to 13 and Ubuntu 22.04 to 26.04 for apt, Fedora for dnf, openSUSE for zypper.
 */
public final class Tools {

    public static final Tool PACKER = new Tool(
            "packer",
            "preparing a disk in a running guest",
            REQUIRED,
            List.of("version"),
            PackerRequirements.MINIMUM,
            Map.of(APT, "packer", DNF, "packer"));

    public static final Tool QEMU_X86_64 = new Tool(
            "qemu-system-x86_64",
            "running x86_64 guests",
            REQUIRED,
            List.of("--version"),
            new Version(6, 0, 0),
            Map.of(APT, "qemu-system-x86", DNF, "qemu-system-x86", ZYPPER, "qemu-x86"));

    public static final Tool QEMU_AARCH64 = new Tool(
            "qemu-system-aarch64",
            "running aarch64 guests",
            OPTIONAL,
            List.of("--version"),
            new Version(6, 0, 0),
            Map.of(APT, "qemu-system-arm", DNF, "qemu-system-aarch64", ZYPPER, "qemu-arm"));

    public static final Tool QEMU_USER_X86_64 = new Tool(
            "qemu-x86_64-static",
            "installing x86_64 packages on hosts of another architecture",
            OPTIONAL,
            List.of("--version"),
            new Version(6, 0, 0),
            Map.of(APT, "qemu-user-static", DNF, "qemu-user-static-x86"));

    public static final Tool QEMU_USER_AARCH64 = new Tool(
            "qemu-aarch64-static",
            "installing aarch64 packages on hosts of another architecture",
            OPTIONAL,
            List.of("--version"),
            new Version(6, 0, 0),
            Map.of(APT, "qemu-user-static", DNF, "qemu-user-static-aarch64"));

    /** mmdebstrap uses it to find out whether this host runs another architecture's programs. */
    public static final Tool ARCH_TEST = new Tool(
            "arch-test",
            "installing packages of another architecture",
            OPTIONAL,
            List.of(),
            null,
            Map.of(APT, "arch-test"));

    public static final Tool QEMU_IMG = new Tool(
            "qemu-img",
            "converting and checking disks",
            REQUIRED,
            List.of("--version"),
            new Version(6, 0, 0),
            Map.of(APT, "qemu-utils", DNF, "qemu-img", ZYPPER, "qemu-img"));

    public static final Tool GUESTFISH = new Tool(
            "guestfish",
            "partitioning and inspecting disks that are not running",
            REQUIRED,
            List.of("--version"),
            new Version(1, 44, 0),
            Map.of(APT, "libguestfs-tools", DNF, "guestfs-tools", ZYPPER, "guestfs-tools"));

    public static final Tool VIRT_SYSPREP = new Tool(
            "virt-sysprep",
            "removing traces of the build from a disk",
            REQUIRED,
            List.of("--version"),
            new Version(1, 44, 0),
            Map.of(APT, "libguestfs-tools", DNF, "guestfs-tools", ZYPPER, "guestfs-tools"));

    public static final Tool VIRT_SPARSIFY = new Tool(
            "virt-sparsify",
            "reclaiming free space in disks",
            REQUIRED,
            List.of("--version"),
            new Version(1, 44, 0),
            Map.of(APT, "libguestfs-tools", DNF, "guestfs-tools", ZYPPER, "guestfs-tools"));

    public static final Tool XORRISO = new Tool(
            "xorriso",
            "writing the CDs that configure guests and reading installer ISOs",
            REQUIRED,
            List.of("-version"),
            null,
            Map.of(APT, "xorriso", DNF, "xorriso", ZYPPER, "xorriso"));

    public static final Tool MMDEBSTRAP = new Tool(
            "mmdebstrap",
            "installing Debian and Ubuntu from their packages (source bootstrap)",
            RECOMMENDED,
            List.of("--version"),
            new Version(0, 7, 5),
            Map.of(APT, "mmdebstrap", DNF, "mmdebstrap"));

    public static final Tool NEWUIDMAP = new Tool(
            "newuidmap",
            "installing packages without root",
            REQUIRED,
            List.of(),
            null,
            Map.of(APT, "uidmap", DNF, "shadow-utils", ZYPPER, "shadow"));

    public static final Tool DNSMASQ = new Tool(
            "dnsmasq",
            "the emulated virtual router's DHCP and DNS",
            REQUIRED,
            List.of("--version"),
            new Version(2, 80, 0),
            Map.of(APT, "dnsmasq-base", DNF, "dnsmasq", ZYPPER, "dnsmasq"));

    public static final Tool UNSHARE = new Tool(
            "unshare",
            "isolated networks for guests under test",
            REQUIRED,
            List.of("--version"),
            null,
            Map.of(APT, "util-linux", DNF, "util-linux", ZYPPER, "util-linux"));

    public static final Tool IP = new Tool(
            "ip",
            "the emulated virtual router's network",
            REQUIRED,
            List.of("-V"),
            null,
            Map.of(APT, "iproute2", DNF, "iproute", ZYPPER, "iproute2"));

    public static final Tool SHELLCHECK = new Tool(
            "shellcheck",
            "checking the scripts that run in guests ('cst check' and tests)",
            RECOMMENDED,
            List.of("--version"),
            null,
            Map.of(APT, "shellcheck", DNF, "ShellCheck", ZYPPER, "ShellCheck"));

    public static final Tool VHDIINFO = new Tool(
            "vhdiinfo",
            "cross-checking VHD disks (tests)",
            RECOMMENDED,
            List.of("-V"),
            null,
            Map.of(APT, "libvhdi-utils"));

    /** Statically linked: the test guest contains nothing else. */
    public static final Tool BUSYBOX = new Tool(
            "busybox",
            "minimal guests and stub installers (tests)",
            RECOMMENDED,
            List.of(),
            null,
            Map.of(APT, "busybox-static", DNF, "busybox", ZYPPER, "busybox-static"));

    public static final Tool PSQL = new Tool(
            "psql",
            "a database shared by several build hosts ('cst worker'; the tests start their own)",
            OPTIONAL,
            List.of("--version"),
            new Version(13, 0, 0),
            Map.of(APT, "postgresql", DNF, "postgresql-server", ZYPPER, "postgresql-server"));

    /** Not packaged by Debian or Ubuntu; 'pip install pykickstart' installs it. */
    public static final Tool KSVALIDATOR = new Tool(
            "ksvalidator",
            "checking kickstarts ('cst check' and tests)",
            OPTIONAL,
            List.of(),
            null,
            Map.of(DNF, "pykickstart"));

    public static final Tool DEBCONF = new Tool(
            "debconf-set-selections",
            "checking preseeds ('cst check' and tests)",
            OPTIONAL,
            List.of(),
            null,
            Map.of(APT, "debconf", DNF, "debconf", ZYPPER, "debconf"));

    public static final Tool XMLLINT = new Tool(
            "xmllint",
            "checking AutoYaST profiles ('cst check' and tests)",
            OPTIONAL,
            List.of(),
            null,
            Map.of(APT, "libxml2-utils", DNF, "libxml2", ZYPPER, "libxml2-tools"));

    public static final Tool DNF_TOOL = new Tool(
            "dnf",
            "installing Fedora and Enterprise Linux from their packages (source bootstrap)",
            RECOMMENDED,
            List.of(),
            null,
            Map.of(APT, "dnf", DNF, "dnf", ZYPPER, "dnf"));

    public static final Tool ZYPPER_TOOL = new Tool(
            "zypper",
            "installing openSUSE from its packages (source bootstrap)",
            RECOMMENDED,
            List.of(),
            null,
            Map.of(APT, "zypper", DNF, "zypper", ZYPPER, "zypper"));

    public static final Tool RPM_TOOL = new Tool(
            "rpm",
            "installing RPM packages (source bootstrap)",
            RECOMMENDED,
            List.of("--version"),
            null,
            Map.of(APT, "rpm", DNF, "rpm", ZYPPER, "rpm"));

    public static final Tool GPG = new Tool(
            "gpg",
            "checking the keys that sign packages (source bootstrap)",
            RECOMMENDED,
            List.of("--version"),
            null,
            Map.of(APT, "gpg", DNF, "gnupg2", ZYPPER, "gpg2"));

    public static final Tool CURL = new Tool(
            "curl",
            "downloading the keys that sign packages (source bootstrap)",
            RECOMMENDED,
            List.of("--version"),
            null,
            Map.of(APT, "curl", DNF, "curl", ZYPPER, "curl"));

    public static final Tool RPMBUILD = new Tool(
            "rpmbuild",
            "creating the packages that the tests install",
            OPTIONAL,
            List.of(),
            null,
            Map.of(APT, "rpm", DNF, "rpm-build", ZYPPER, "rpm-build"));

    public static final Tool CREATEREPO = new Tool(
            "createrepo_c",
            "creating the repositories that the tests install from",
            OPTIONAL,
            List.of(),
            null,
            Map.of(APT, "createrepo-c", DNF, "createrepo_c", ZYPPER, "createrepo_c"));

    public static final List<Tool> ALL = List.of(
            PACKER,
            QEMU_X86_64,
            QEMU_AARCH64,
            QEMU_USER_X86_64,
            QEMU_USER_AARCH64,
            ARCH_TEST,
            QEMU_IMG,
            GUESTFISH,
            VIRT_SYSPREP,
            VIRT_SPARSIFY,
            XORRISO,
            MMDEBSTRAP,
            NEWUIDMAP,
            DNSMASQ,
            UNSHARE,
            IP,
            SHELLCHECK,
            VHDIINFO,
            BUSYBOX,
            PSQL,
            KSVALIDATOR,
            DEBCONF,
            XMLLINT,
            DNF_TOOL,
            ZYPPER_TOOL,
            RPM_TOOL,
            GPG,
            CURL,
            RPMBUILD,
            CREATEREPO);

    /** What every build needs. */
    public static List<Tool> required() {
        return ALL.stream().filter(tool -> tool.need() == Tool.Need.REQUIRED).toList();
    }

    /** What builds for {@code architecture} need in addition to {@link #required}; nothing for this host's own. */
    public static List<Tool> alsoFor(Architecture architecture) {
        if (architecture == Architecture.ofThisHost()) {
            return List.of();
        }
        return switch (architecture) {
            case X86_64 -> List.of(QEMU_X86_64, QEMU_USER_X86_64, ARCH_TEST);
            case AARCH64 -> List.of(QEMU_AARCH64, QEMU_USER_AARCH64, ARCH_TEST);
        };
    }

    /** Packages of files that are not programs. */
    public static final Map<PackageManager, String> APPLIANCE_KERNEL =
            Map.of(APT, "linux-image-cloud-amd64", DNF, "kernel-core", ZYPPER, "kernel-default");

    /** Ubuntu names its package differently. */
    public static final String UBUNTU_APPLIANCE_KERNEL = "linux-image-virtual";

    public static final String ARM_APPLIANCE_KERNEL = "linux-image-cloud-arm64";

    public static final Map<PackageManager, String> LIBZ =
            Map.of(APT, "zlib1g", DNF, "zlib-ng-compat", ZYPPER, "libz1");

    public static final Map<PackageManager, String> LIBDEFLATE =
            Map.of(APT, "libdeflate0", DNF, "libdeflate", ZYPPER, "libdeflate0");

    private Tools() {}
}
