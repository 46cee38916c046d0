package dev.cstemplates.packer.answers;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.InstallerKind;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an installer is to do, whatever language it is told in.
 *
 * @param template the FreeMarker template of a preseed or kickstart; null for the other kinds
 * @param locale for example {@code C.UTF-8}
 * @param timezone for example {@code Etc/UTC}
 * @param kernelPackage installed, and never another kernel
 * @param bootloaderPackages what brings the boot loaders of all firmware
 * @param packages installed beside those
 * @param pattern SUSE's pattern of packages to start from; null where there is none
 * @param product what SUSE's installers install; null for others
 * @param modules folders of SUSE's medium that hold further products
 * @param syntax version of the kickstart language; null for others
 * @param repositories where packages come from, the base first; empty for the ISO
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
        Path finish,
        @Nullable Subscription subscription) {

    /** What needs no quoting in a shell, a preseed or a kickstart; a URL, a package, a time zone is made of nothing else. */
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
                finish,
                null);
    }

    /** The kernel's name for the serial port, which operators debug on. */
    public String serialPort() {
        return architecture == Architecture.AARCH64 ? "ttyAMA0" : "ttyS0";
    }

    /** The consoles of the finished system: CloudStack shows tty0. */
    public String consoles() {
        return "console=tty0 console=" + serialPort() + ",115200n8";
    }

    boolean startsByBios() {
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
