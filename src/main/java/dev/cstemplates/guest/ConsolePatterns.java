package dev.cstemplates.guest;

import dev.cstemplates.guest.ConsolePattern.Speaker;
import dev.cstemplates.guest.ConsolePattern.Weight;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The bad ends that guests announce on their console, the most telling first. A new one is a new row, with an excerpt of the console
 * in {@code ConsoleSignsTest}.
 */
final class ConsolePatterns {

    private static final String ROOT = "Look at the boot loader's root= and at the drivers in the initramfs.";
    private static final String ANSWERS =
            "Compare the answer file in the phase's project with what its installer expects.";
    private static final String MIRROR = "Look at the network and at the mirror, or choose another one.";
    private static final String MEMORY =
            "Give the machine more memory: 'installer.memory' or 'machine.memory' in the definition.";

    static final List<ConsolePattern> ALL = List.of(
            any(
                    "kernel-panic",
                    Weight.END,
                    "Kernel panic - not syncing",
                    "The guest's kernel panicked",
                    "What the kernel says before it tells which driver, file system or program is at fault."),
            any(
                    "kernel-fault",
                    Weight.FAULT,
                    "BUG: (unable to handle|kernel NULL)|\\bOops: ",
                    "The guest's kernel made an error",
                    ""),
            any(
                    "no-bootable-device",
                    Weight.END,
                    "No bootable device|Boot failed: not a bootable disk|BdsDxe: No bootable option or device was found",
                    "The firmware finds nothing to start",
                    "The disk has no boot loader for this firmware: look at how the phase before has installed it."),
            any(
                    "bootloader",
                    Weight.END,
                    "^grub rescue>|^grub>|you need to load the kernel first",
                    "The boot loader does not find its files",
                    "Look at the partitions and at where the boot loader was installed."),
            any(
                    "initramfs-shell",
                    Weight.END,
                    "^\\(initramfs\\)|^dracut:/#|Dropping to a shell|Gave up waiting for root (file system )?device|Warning: Could not boot",
                    "The guest is in the initramfs' shell: it does not find its root file system",
                    ROOT),
            any(
                    "emergency-mode",
                    Weight.END,
                    "You are in (emergency|rescue) mode|Entering emergency mode|(for|root password for) (system )?maintenance",
                    "The guest is in emergency mode: systemd could not start it",
                    "The console names the unit that failed, mostly a file system of /etc/fstab."),
            any(
                    "out-of-memory",
                    Weight.END,
                    "Out of memory: Kill(ed)? process|Kernel panic.*Out of memory|System is deadlocked on memory",
                    "The guest ran out of memory",
                    MEMORY),
            any(
                    "disk-full",
                    Weight.FAULT,
                    "No space left on device",
                    "A file system of the guest is full",
                    "Give the definition a larger machine.disk, or fewer packages."),

            // Anaconda. In the mode that kickstarts select by 'text' its windows are tmux panes.
            installer(
                    "anaconda-mirror",
                    Weight.REMOTE_END,
                    "Failed to download metadata for repo|Curl error \\(\\d+\\).*(repomd|mirrorlist|metalink)"
                            + "|anaconda.*[Ff]ailed to fetch (kickstart|install)|Error setting up (base )?repository",
                    "Anaconda could not reach its packages",
                    MIRROR),
            installer(
                    "anaconda-stopped",
                    Weight.END,
                    "installation was stopped due to|Non interactive installation failed|installation will be aborted"
                            + "|Can't have a question in command line mode",
                    "Anaconda gave the installation up",
                    ANSWERS),
            installer(
                    "anaconda-crash",
                    Weight.END,
                    "Pane is dead|/tmp/anaconda-tb|File \"/[^\"]*/pyanaconda/|An unknown error has occurr?ed",
                    "Anaconda crashed",
                    "The last line of its traceback says over what. " + ANSWERS),
            installer(
                    "kickstart",
                    Weight.END,
                    "problem occurred on line \\d+ of the kickstart file|error (parsing|running) the kickstart|kickstart.*Unknown command",
                    "Anaconda does not understand the kickstart",
                    "Run 'cst check': ksvalidator reads the kickstart where it is installed. " + ANSWERS),

            // subiquity, whose client waits for a key after it has said so.
            installer(
                    "subiquity-crash",
                    Weight.END,
                    "An error occurred\\. Press enter to start a shell|subiquity/.*: FAIL: |install_fail\\.crash",
                    "subiquity gave the installation up",
                    "Mostly apt failed, or the storage section does not fit the disk. " + ANSWERS),
            installer(
                    "autoinstall-invalid",
                    Weight.END,
                    "Malformed autoinstall|autoinstall.*(ValidationError|validation failed)|Failed validating '",
                    "subiquity does not accept its autoinstall answers",
                    ANSWERS),

            // debian-installer: red dialogs that wait for a key.
            installer(
                    "d-i-mirror",
                    Weight.REMOTE_END,
                    "Bad archive mirror|Cannot access repository|mirror is either not available|Network autoconfiguration failed",
                    "Debian's installer could not reach its mirror",
                    MIRROR),
            installer(
                    "d-i-preseed",
                    Weight.END,
                    "Failed to retrieve the preconfiguration file|Failed to process the preconfiguration file",
                    "Debian's installer could not read its preseed",
                    ANSWERS),
            installer(
                    "d-i-step",
                    Weight.END,
                    "[Ii]nstallation step failed|Failed to partition the selected disk|No root file system is defined"
                            + "|Unable to install GRUB|No kernel modules were found|Preconfigured command failed"
                            + "|Failed to run preseeded command",
                    "A step of Debian's installer failed",
                    "The dialog names the step. " + ANSWERS),

            // linuxrc and YaST, with AutoYaST profiles.
            installer(
                    "linuxrc",
                    Weight.END,
                    "Linuxrc crashed|Could not find the (SUSE|openSUSE) (Linux )?[Ii]nstallation|No (installation )?repository (was )?found",
                    "SUSE's loader linuxrc found no installation source",
                    "Look at 'install=' in the installer's arguments. " + MIRROR),
            installer(
                    "autoyast",
                    Weight.END,
                    "Internal error\\. Please report a bug|YaST got signal|AutoYaST.*(failed|[Ee]rror|invalid)|[Ee]rror while parsing the control file"
                            + "|Cannot find a valid control file|[Uu]ser script .* failed",
                    "AutoYaST stopped with an error",
                    ANSWERS),

            // Agama mostly fails in silence; what systemd says of it is told.
            installer(
                    "agama",
                    Weight.END,
                    "Failed to start .*[Aa]gama|agama-auto[^ ]*: .*([Ee]rror|[Ff]ailed|panicked at)|[Ii]nstallation (has )?failed",
                    "The installer says that the installation failed",
                    ANSWERS));

    private ConsolePatterns() {}

    /** The first sign that a line of a guest shows. */
    static Optional<ConsolePattern> in(String line, boolean isInstaller) {
        return ALL.stream()
                .filter(sign -> isInstaller || sign.speaker() == Speaker.ANY)
                .filter(sign -> sign.words().matcher(line).find())
                .findFirst();
    }

    private static ConsolePattern any(String id, Weight weight, String words, String cause, String remedy) {
        return new ConsolePattern(id, Speaker.ANY, weight, Pattern.compile(words), cause, remedy);
    }

    private static ConsolePattern installer(String id, Weight weight, String words, String cause, String remedy) {
        return new ConsolePattern(id, Speaker.INSTALLER, weight, Pattern.compile(words), cause, remedy);
    }
}
