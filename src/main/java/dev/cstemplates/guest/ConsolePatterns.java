/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.guest.ConsolePattern.Severity;
import dev.cstemplates.guest.ConsolePattern.Source;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Errors that guests print on their console, the most specific first. A new row needs an excerpt of a console in
 * {@code ConsolePatternsTest}.
 */
final class ConsolePatterns {

    private static final String ROOT = "Check the boot loader's root= and the drivers in the initramfs.";
    private static final String ANSWERS =
            "Check the answer file in the phase's project against the installer's documentation.";
    private static final String MIRROR = "Check the network and the mirror, or choose another mirror.";
    private static final String MEMORY = "Increase 'installer.memory' or 'machine.memory' in the definition.";

    static final List<ConsolePattern> ALL = List.of(
            any(
                    "kernel-panic",
                    Severity.FATAL,
                    "Kernel panic - not syncing",
                    "The guest's kernel panicked",
                    "The kernel's messages before it name the driver, file system or program."),
            any(
                    "kernel-fault",
                    Severity.ERROR,
                    "BUG: (unable to handle|kernel NULL)|\\bOops: ",
                    "The guest's kernel reported a bug",
                    ""),
            any(
                    "no-bootable-device",
                    Severity.FATAL,
                    "No bootable device|Boot failed: not a bootable disk|BdsDxe: No bootable option or device was"
                            + " found",
                    "The firmware found no bootable device",
                    "The disk has no boot loader for this firmware: check how the previous phase installed it."),
            any(
                    "bootloader",
                    Severity.FATAL,
                    "^grub rescue>|^grub>|you need to load the kernel first",
                    "The boot loader did not find its files",
                    "Check the partitions and where the boot loader was installed."),
            any(
                    "initramfs-shell",
                    Severity.FATAL,
                    "^\\(initramfs\\)|^dracut:/#|Dropping to a shell|Gave up waiting for root (file system"
                            + " )?device|Warning: Could not boot",
                    "The guest stopped in the initramfs shell: it did not find its root file system",
                    ROOT),
            any(
                    "emergency-mode",
                    Severity.FATAL,
                    "You are in (emergency|rescue) mode|Entering emergency mode|(for|root password for) (system"
                            + " )?maintenance",
                    "The guest entered emergency mode: systemd could not boot it",
                    "The console names the failed unit, usually a file system in /etc/fstab."),
            any(
                    "out-of-memory",
                    Severity.FATAL,
                    "Out of memory: Kill(ed)? process|Kernel panic.*Out of memory|System is deadlocked on memory",
                    "The guest ran out of memory",
                    MEMORY),
            any(
                    "disk-full",
                    Severity.ERROR,
                    "No space left on device",
                    "A file system of the guest is full",
                    "Increase machine.disk in the definition, or install fewer packages."),

            // Anaconda. In text mode its windows are tmux panes.
            installer(
                    "anaconda-mirror",
                    Severity.REMOTE_FATAL,
                    "Failed to download metadata for repo|Curl error \\(\\d+\\).*(repomd|mirrorlist|metalink)"
                            + "|anaconda.*[Ff]ailed to fetch (kickstart|install)|Error setting up (base )?repository",
                    "Anaconda could not reach its packages",
                    MIRROR),
            installer(
                    "anaconda-stopped",
                    Severity.FATAL,
                    "installation was stopped due to|Non interactive installation failed|installation will be aborted"
                            + "|Can't have a question in command line mode",
                    "Anaconda aborted the installation",
                    ANSWERS),
            installer(
                    "anaconda-crash",
                    Severity.FATAL,
                    "Pane is dead|/tmp/anaconda-tb|File \"/[^\"]*/pyanaconda/|An unknown error has occurr?ed",
                    "Anaconda crashed",
                    "The last line of its traceback names the cause. " + ANSWERS),
            installer(
                    "kickstart",
                    Severity.FATAL,
                    "problem occurred on line \\d+ of the kickstart file|error (parsing|running) the"
                            + " kickstart|kickstart.*Unknown command",
                    "Anaconda cannot parse the kickstart",
                    "Run 'cst check': it uses ksvalidator if that is installed. " + ANSWERS),

            // subiquity; its client waits for a key after an error.
            installer(
                    "subiquity-crash",
                    Severity.FATAL,
                    // Not its events "FAIL": it tries some steps again.
                    "An error occurred\\. Press enter to start a shell|install_fail\\.crash",
                    "subiquity aborted the installation",
                    "The console shows the end of its logs. Usually apt failed, or the storage section does not fit the"
                            + " disk. " + ANSWERS),
            installer(
                    "autoinstall-invalid",
                    Severity.FATAL,
                    "Malformed autoinstall|autoinstall.*(ValidationError|validation failed)|Failed validating '",
                    "subiquity rejected the autoinstall answers",
                    ANSWERS),

            // debian-installer: red dialogs that wait for a key.
            installer(
                    "d-i-mirror",
                    Severity.REMOTE_FATAL,
                    "Bad archive mirror|Cannot access repository|mirror is either not available|Network"
                            + " autoconfiguration failed",
                    "Debian's installer could not reach its mirror",
                    MIRROR),
            installer(
                    "d-i-preseed",
                    Severity.FATAL,
                    "Failed to retrieve the preconfiguration file|Failed to process the preconfiguration file",
                    "Debian's installer could not read its preseed",
                    ANSWERS),
            installer(
                    "d-i-step",
                    Severity.FATAL,
                    "[Ii]nstallation step failed|Failed to partition the selected disk|No root file system is defined"
                            + "|Unable to install GRUB|No kernel modules were found|Preconfigured command failed"
                            + "|Failed to run preseeded command",
                    "A step of Debian's installer failed",
                    "The dialog names the step. " + ANSWERS),
            // The title of every dialog starts with its priority: the preseed answers all that are not critical or
            // errors.
            installer(
                    "d-i-dialog",
                    Severity.QUESTION,
                    "(^|\\s)\\[!!?\\] \\S|^!! ERROR:",
                    "Debian's installer asks a question or reports an error",
                    "The dialog is the end of the console and the screenshot. " + ANSWERS),

            // linuxrc and YaST, with AutoYaST profiles.
            installer(
                    "linuxrc",
                    Severity.FATAL,
                    "Linuxrc crashed|Could not find the (SUSE|openSUSE) (Linux )?[Ii]nstallation|No (installation"
                            + " )?repository (was )?found",
                    "SUSE's loader linuxrc found no installation source",
                    "Check 'install=' in the installer's arguments. " + MIRROR),
            installer(
                    "autoyast",
                    Severity.FATAL,
                    "Internal error\\. Please report a bug|YaST got"
                            + " signal|AutoYaST.*(failed|[Ee]rror|invalid)|[Ee]rror while parsing the control file|Cannot"
                            + " find a valid control file|[Uu]ser script .* failed",
                    "AutoYaST stopped with an error",
                    ANSWERS),

            // Agama usually fails silently; systemd reports it.
            installer(
                    "agama",
                    Severity.FATAL,
                    "Failed to start .*[Aa]gama|agama-auto[^ ]*: .*([Ee]rror|[Ff]ailed|panicked at)|[Ii]nstallation"
                            + " (has )?failed",
                    "The installer reported that the installation failed",
                    ANSWERS));

    private ConsolePatterns() {}

    /** The first pattern that matches a line of a guest. */
    static Optional<ConsolePattern> in(String line, boolean isInstaller) {
        return ALL.stream()
                .filter(pattern -> isInstaller || pattern.source() == Source.ANY)
                .filter(pattern -> pattern.regex().matcher(line).find())
                .findFirst();
    }

    private static ConsolePattern any(String id, Severity severity, String regex, String cause, String remedy) {
        return new ConsolePattern(id, Source.ANY, severity, Pattern.compile(regex), cause, remedy);
    }

    private static ConsolePattern installer(String id, Severity severity, String regex, String cause, String remedy) {
        return new ConsolePattern(id, Source.INSTALLER, severity, Pattern.compile(regex), cause, remedy);
    }
}
