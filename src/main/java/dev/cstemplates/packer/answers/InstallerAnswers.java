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
 * @param registration proof of a subscription; null without one
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
        List<Repository> repositories,
        Path finish,
        @Nullable Registration registration) {

    /** What needs no quoting in a shell, a preseed or a kickstart; a URL, a package, a time zone is made of nothing else. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9@][A-Za-z0-9._:/@=,+~%-]*");

    public InstallerAnswers {
        bootloaderPackages = List.copyOf(bootloaderPackages);
        packages = List.copyOf(packages);
        modules = List.copyOf(modules);
        repositories = List.copyOf(repositories);
        plain(locale);
        plain(timezone);
        plain(kernelPackage);
        bootloaderPackages.forEach(InstallerAnswers::plain);
        packages.forEach(InstallerAnswers::plain);
        modules.forEach(InstallerAnswers::plain);
    }

    /** A source of packages, by its address for the architecture. */
    public record Repository(String name, String url) {
        public Repository {
            plain(name);
            plain(url);
        }
    }

    /**
     * What proves a subscription, for one build only: it is part of no definition and of no layer's key.
     *
     * @param account Red Hat's organization, or the address that SUSE knows
     * @param code Red Hat's activation key, or SUSE's registration code
     */
    public record Registration(String account, String code) {
        public Registration {
            plain(account);
            plain(code);
        }

        @Override
        public String toString() {
            return "Registration of " + account;
        }
    }

    /** The same without what only one build may know. */
    public InstallerAnswers withoutRegistration() {
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

    /** Returns {@code value} if it can be pasted anywhere; never shows it otherwise, for it may be secret. */
    static String plain(String value) {
        if (!PLAIN.matcher(value).matches()) {
            throw Failure.usage(
                    "A value for the installer's answer file has characters that it might misread",
                    "Use letters, digits and ._:/@=,+~%- only, without spaces and quotes.");
        }
        return value;
    }
}
