/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer.answers;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.InstallerKind;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an installation, independent of the installer's answer file format.
 *
 * @param template FreeMarker template of a preseed or kickstart; null for the other kinds
 * @param locale for example {@code C.UTF-8}
 * @param timezone for example {@code Etc/UTC}
 * @param kernelPackage the only kernel that is installed
 * @param bootloaderPackages boot loaders for all kinds of firmware
 * @param packages further packages
 * @param pattern SUSE package pattern to start from; null if there is none
 * @param product product that SUSE's installers install; null for others
 * @param modules folders with further products on SUSE's medium
 * @param syntax kickstart version; null for others
 * @param repositories package repositories, the base first; empty to install from the ISO
 * @param mirror the mirror of this build; null for the vendor's
 * @param finish script that runs in the new system at the end
 * @param subscription credentials to register with; null without a registration
 */
public record InstallerAnswers(
        InstallerKind kind,
        Architecture architecture,
        @Nullable Path template,
        String locale,
        String timezone,
        String kernelPackage,
        List<String> bootloaderPackages,
        List<String> packages,
        @Nullable String pattern,
        @Nullable String product,
        List<String> modules,
        @Nullable String syntax,
        List<PackageRepository> repositories,
        @Nullable PackageMirror mirror,
        Path finish,
        @Nullable Subscription subscription) {

    /** Needs no quoting in a shell, a preseed or a kickstart. URLs, packages and time zones need no other characters. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9@][A-Za-z0-9._:/@=,+~%-]*");

    public InstallerAnswers {
        bootloaderPackages = List.copyOf(bootloaderPackages);
        packages = List.copyOf(packages);
        modules = List.copyOf(modules);
        repositories = List.copyOf(repositories);
        requirePlain(locale);
        requirePlain(timezone);
        requirePlain(kernelPackage);
        bootloaderPackages.forEach(InstallerAnswers::requirePlain);
        packages.forEach(InstallerAnswers::requirePlain);
        modules.forEach(InstallerAnswers::requirePlain);
        for (var repository : repositories) {
            requirePlain(repository.name());
            requirePlain(repository.url());
        }
    }

    /** The same without the credentials, which belong to one build. */
    public InstallerAnswers withoutSubscription() {
        return new InstallerAnswers(
                kind,
                architecture,
                template,
                locale,
                timezone,
                kernelPackage,
                bootloaderPackages,
                packages,
                pattern,
                product,
                modules,
                syntax,
                repositories,
                mirror,
                finish,
                null);
    }

    /** The kernel's name of the serial port. */
    public String serialPort() {
        return architecture == Architecture.AARCH64 ? "ttyAMA0" : "ttyS0";
    }

    /** The consoles of the finished system: CloudStack shows tty0. */
    public String consoles() {
        return "console=tty0 console=" + serialPort() + ",115200n8";
    }

    boolean bootsByBios() {
        return architecture == Architecture.X86_64;
    }

    /** Returns {@code value} if it needs no quoting anywhere. The failure does not show it: it may be secret. */
    static String requirePlain(String value) {
        if (!PLAIN.matcher(value).matches()) {
            throw Failure.usage(
                    "A value for the installer's answer file contains unsafe characters",
                    "Use only letters, digits and ._:/@=,+~%- without spaces or quotes.");
        }
        return value;
    }
}
