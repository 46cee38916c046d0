package dev.cstemplates.catalog;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.InstallerKind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a vendor's installer is made to run unattended.
 *
 * @param template FreeMarker template of the answer file, below {@code templates/}; null where a model writes it
 * @param delivery how the answer file reaches the installer
 * @param arguments what its kernel is told beside the delivery and the serial console; <code>{isoLabel}</code> stands for the
 *     ISO's volume label, <code>{arch}</code> for the architecture
 * @param syntax version of the kickstart language, as {@code ksvalidator} calls it; null for other installers
 * @param product what SUSE's installers are told to install; null for others
 * @param pattern SUSE's pattern of packages to start from; null where there is none
 * @param modules folders of SUSE's medium that hold further products
 * @param packages what is installed beside the kernel and the boot loaders
 * @param repositories where packages come from, the distribution's base first; empty where they come from the ISO
 * @param registration how the system can be registered with its vendor meanwhile; null where it need not
 * @param memory of the machine that it runs in
 * @param stall a machine that neither prints, writes nor changes its screen for so long hangs
 * @param limit longest time that it may take, on a processor with virtualization
 * @param bootCommand keys as Packer types them, for an ISO whose kernel can't be booted directly; mostly empty
 */
public record Installer(
        InstallerKind kind,
        @Nullable String template,
        Delivery delivery,
        List<String> arguments,
        @Nullable String syntax,
        @Nullable String product,
        @Nullable String pattern,
        List<String> modules,
        List<String> packages,
        List<Repository> repositories,
        @Nullable Registration registration,
        ByteSize memory,
        Duration stall,
        Duration limit,
        List<String> bootCommand) {

    /** How the answer file reaches the installer. */
    public sealed interface Delivery {

        /** On a CD with the label that the installer looks for. */
        record Cd(String label) implements Delivery {}

        /** From Packer's web server: a kernel argument gives its URL. */
        record Url(String argument) implements Delivery {}
    }

    /** With whom a system can be registered while it is installed. */
    public enum Registration {
        /** Red Hat's subscription manager. */
        RHSM,
        /** The SUSE Customer Center. */
        SCC
    }

    /**
     * A source of packages.
     *
     * @param url <code>{arch}</code> stands for the architecture
     */
    public record Repository(String name, String url) {

        /** Its address for {@code architecture}. */
        public String urlFor(Architecture architecture) {
            return url.replace("{arch}", architecture.id());
        }
    }
}
