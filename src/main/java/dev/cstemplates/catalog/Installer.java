/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.InstallerKind;
import dev.cstemplates.packer.answers.AnswerDelivery;
import dev.cstemplates.packer.answers.PackageRepository;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a vendor's installer runs unattended.
 *
 * @param template FreeMarker template of the answer file, below {@code templates/}; null if the answer file is generated
 * @param delivery how the installer gets the answer file
 * @param arguments kernel arguments besides those for delivery and serial console; <code>{isoLabel}</code> is replaced by the ISO's
 *     volume label, <code>{arch}</code> by the architecture
 * @param syntax kickstart version as {@code ksvalidator} calls it; null for other installers
 * @param product product that SUSE's installers install; null for others
 * @param pattern SUSE package pattern to start from; null if there is none
 * @param modules folders with further products on SUSE's medium
 * @param packages packages besides the kernel and the boot loaders
 * @param repositories package repositories, the distribution's base first; empty to install from the ISO
 * @param registration where the system can be registered during the installation; null if it needs no registration
 * @param memory of the machine that the installer runs in
 * @param stall a machine without console output, disk writes or screen changes for this long counts as hung
 * @param limit maximum run time with hardware virtualization
 */
public record Installer(
        InstallerKind kind,
        @Nullable String template,
        AnswerDelivery delivery,
        List<String> arguments,
        @Nullable String syntax,
        @Nullable String product,
        @Nullable String pattern,
        List<String> modules,
        List<String> packages,
        List<PackageRepository> repositories,
        @Nullable RegistrationService registration,
        ByteSize memory,
        Duration stall,
        Duration limit) {

    /** Where a system can be registered while it is installed. */
    public enum RegistrationService {
        /** Red Hat's subscription manager. */
        RHSM,
        /** The SUSE Customer Center. */
        SCC
    }
}
