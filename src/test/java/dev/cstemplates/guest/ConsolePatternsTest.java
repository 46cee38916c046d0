/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Excerpts of consoles of failing guests. */
class ConsolePatternsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        kernel-panic       | BUILD  | [    3.1] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000300
        kernel-panic       | BUILD  | [    2.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)
        no-bootable-device | BUILD  | No bootable device.
        no-bootable-device | BUILD  | BdsDxe: No bootable option or device was found.
        bootloader         | BUILD  | grub rescue>
        initramfs-shell    | BUILD  | ALERT!  UUID=0b1c does not exist.  Dropping to a shell!
        initramfs-shell    | BUILD  | (initramfs)
        initramfs-shell    | BUILD  | dracut:/#
        initramfs-shell    | BUILD  | [  198.4] dracut-initqueue[412]: Warning: Could not boot.
        emergency-mode     | BUILD  | You are in emergency mode. After logging in, type "journalctl -xb" to view
        emergency-mode     | BUILD  | Give root password for maintenance
        emergency-mode     | BUILD  | Press Enter for system maintenance
        out-of-memory      | BUILD  | [  301.9] Out of memory: Killed process 1402 (anaconda) total-vm:1892832kB
        anaconda-stopped   | BUILD  | [   34.5] anaconda[2628]: Non interactive installation failed: The command exited with the code 1.
        anaconda-stopped   | BUILD  | There was an error running the kickstart script at line 61. This is a fatal error and installation will be aborted.
        anaconda-crash     | BUILD  | Pane is dead
        anaconda-crash     | BUILD  | An unknown error has occured, look at the /tmp/anaconda-tb* file(s) for more details
        anaconda-crash     | BUILD  | File "/usr/lib64/python3.12/site-packages/pyanaconda/installation.py", line 401, in run
        anaconda-mirror    | REMOTE | Error: Failed to download metadata for repo 'BaseOS': Cannot download repomd.xml
        kickstart          | BUILD  | The following problem occurred on line 12 of the kickstart file:
        subiquity-crash    | BUILD  | An error occurred. Press enter to start a shell
        autoinstall-invalid| BUILD  | Failed validating 'enum' in schema:
        d-i-step           | BUILD  | An installation step failed. You can try to run the failing item
        d-i-step           | BUILD  | No root file system is defined.
        d-i-preseed        | BUILD  | Failed to retrieve the preconfiguration file
        d-i-mirror         | REMOTE | Bad archive mirror
        d-i-dialog         | BUILD  | ┤ [!!] Set up users and passwords ├
        d-i-dialog         | BUILD  | u [!] Configure the package manager t
        d-i-dialog         | BUILD  | !! ERROR: No installable kernel found
        linuxrc            | BUILD  | Linuxrc crashed. :-((
        autoyast           | BUILD  | Internal error. Please report a bug report with logs.
        agama              | BUILD  | [FAILED] Failed to start Agama automatic installation service.
        """)
    void failureIsReportedWithARemedy(String id, Failure.Kind kind, String line) throws IOException {
        var end = log("[    0.0] Linux version 6.1\r\n" + line + "\r\n").fatal();

        assertThat(end).hasValueSatisfying(sighting -> {
            assertThat(sighting.pattern().id()).isEqualTo(id);
            assertThat(sighting.line()).isEqualTo(line);
            var failure = sighting.pattern().failure(sighting.line(), "the tail", "Its console: serial.log");
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.isTransient()).isEqualTo(kind == Failure.Kind.REMOTE);
            assertThat(failure.message()).contains(line).contains("the tail");
            assertThat(failure.remedy()).hasSizeGreaterThan(40).contains("serial.log");
        });
    }

    /** Whole consoles of successful installations and boots. */
    @Test
    void successMatchesNoPattern() throws IOException {
        assertThat(log("""
            SeaBIOS (version 1.16.2-debian-1.16.2-1)
            Booting from ROM...
            [    0.000000] Command line: inst.ks=hd:LABEL=OEMDRV panic=10 console=ttyS0,115200n8
            [    1.101010] systemd[1]: Reached target emergency.target - Emergency Mode.wants.
            [\u001b[0;32m  OK  \u001b[0m] Started Emergency Shell's socket.
            [\u001b[0;1;31mFAILED\u001b[0m] Failed to start Set console font.
            Starting installer, one moment...
            anaconda 40.22.3.12-1.el10 started.
             * installation log files are stored in /tmp during the installation
            Starting automated install............
            Installing libgcc.x86_64 (3/412)
            Checking disk space: error margin is 4 MiB
            start: subiquity/Install/install/curtin_install: installing system
            finish: subiquity/Install/install/curtin_install: SUCCESS: installing system
            finish: subiquity/Install/install/postinstall/install_openssh-server: FAIL: Command apt-get download failed
            cloud-init[612]: Traceback (most recent call last):
            cloud-init[612]:   File "/usr/lib/python3/dist-packages/cloudinit/url_helper.py", line 12
            Retrieving file failover-0.1.rpm [done]
            [  900.000000] reboot: Power down
            """).fatal()).isEmpty();
    }

    /** Its dialogs are drawn by moving the cursor, without line ends. */
    @Test
    void dialogDrawnWithCursorMovesIsRead() throws IOException {
        var log = log("\u001b[2J\u001b[8;5H\u001b[0;31m\u2524 [!!] Install the base system \u251c"
                + "\u001b[10;5H\u2502  Installation step failed  \u2502\u001b[12;5H\u2502 <Continue> \u2502");

        assertThat(log.fatal()).hasValueSatisfying(seen -> {
            assertThat(seen.pattern().id()).isEqualTo("d-i-step");
            assertThat(seen.line()).isEqualTo("\u2502  Installation step failed  \u2502");
        });
        assertThat(log.tail()).contains("\u2524 [!!] Install the base system \u251c\n");
    }

    /** subiquity tries some steps again: only the prompt after the last attempt means that it has given up. */
    @Test
    void eventOfUbuntusInstallerThatFailsOnceIsNoFailure() throws IOException {
        assertThat(log("finish: subiquity/Install/install/curtin_install/run_curtin_step: FAIL: curtin command"
                                + " install\n")
                        .fatal())
                .isEmpty();
    }

    /** Debian's installer has about sixty such texts. */
    @Test
    void everyDialogOfDebiansInstallerEndsThePhase() throws IOException {
        var log =
                log("\u001b[8;5H\u2524 [!!] Set up users and passwords \u251c\u001b[10;5H\u2502 Root password: \u2502");

        assertThat(log.fatal()).hasValueSatisfying(seen -> {
            assertThat(seen.pattern().id()).isEqualTo("d-i-dialog");
            assertThat(seen.line()).isEqualTo("\u2524 [!!] Set up users and passwords \u251c");
        });
        assertThat(log.tail()).contains("Root password:");
    }

    @Test
    void installerPatternsApplyToInstallersOnly() throws IOException {
        var file = Files.writeString(folder.resolve("serial.log"), "myapp: Installation failed\nPane is dead\n");

        assertThat(new SerialLog(file).fatal()).isEmpty();
        assertThat(new SerialLog(file, true).fatal()).isPresent();
    }

    @Test
    void patternIsMatchedAcrossTwoReads() throws IOException {
        var file = Files.writeString(folder.resolve("serial.log"), "[ 1.0] Kernel pan");
        var log = new SerialLog(file);
        assertThat(log.fatal()).isEmpty();

        Files.writeString(file, "[ 1.0] Kernel panic - not syncing: \u00fc");

        assertThat(log.fatal()).isPresent();
        assertThat(log.tail()).isEqualTo("[ 1.0] Kernel panic - not syncing: \u00fc");
    }

    @Test
    void truncatedLogIsReadFromItsStart() throws IOException {
        var file = Files.writeString(folder.resolve("serial.log"), "a long line of a guest before\n");
        var log = new SerialLog(file);
        assertThat(log.fatal()).isEmpty();

        Files.writeString(file, "grub rescue> ");

        assertThat(log.fatal()).isPresent();
    }

    /** A validation fails on such an error, but a running phase continues. */
    @Test
    void faultIsReportedButNotFatal() throws IOException {
        var log = log("[ 1.0] BUG: unable to handle page fault for address: ffff\n");

        assertThat(log.problem()).isPresent();
        assertThat(log.fatal()).isEmpty();
    }

    private SerialLog log(String content) throws IOException {
        return new SerialLog(Files.writeString(folder.resolve("serial.log"), content), true);
    }
}
