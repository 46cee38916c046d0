/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestConsoleTest {

    @TempDir
    private Path folder;

    @Test
    void theCompletionMarkerIsFoundBetweenScreenUpdates() throws IOException {
        var console = console("\u001b[2J\u001b[1;1H[ OK ]\r\n\u001b[0m" + InstallerProject.COMPLETION_MARKER
                + "\r\nreboot: Power down\r\n");

        assertThat(console.contains(InstallerProject.COMPLETION_MARKER)).isTrue();
        assertThat(console.tail()).endsWith("reboot: Power down").doesNotContain("\u001b", "\r");
    }

    /** Some installers print the script, which is part of every answer file: that must not count as completion. */
    @ParameterizedTest
    @ValueSource(strings = {"apt.sh", "dnf.sh", "zypper.sh"})
    void everyFinishingScriptPrintsTheMarkerWithoutContainingIt(String name) throws IOException {
        var script = Files.readString(Path.of("scripts/installation").resolve(name));

        assertThat(script.lines().toList().getLast())
                .isEqualTo("printf '%s' complete >\"/dev/$serial\""
                        .replace("%s", InstallerProject.COMPLETION_MARKER.replace("complete", "%s\\n")));
        assertThat(script).doesNotContain(InstallerProject.COMPLETION_MARKER);
    }

    @Test
    void aSecretEchoedByTheGuestIsMasked() throws IOException {
        var console = console("activation key KEY-1 is wrong\n");

        console.hideSecrets();

        assertThat(console.log()).content().isEqualTo("activation key ******** is wrong\n");
        assertThat(console.tail()).doesNotContain("KEY-1");
    }

    @Test
    void anEmptyConsoleIsReported() {
        var console = new GuestConsole(folder.resolve("none"), List.of("KEY-1"));
        console.hideSecrets();
        assertThat(console.tail()).isEqualTo("its console is empty");
    }

    @Test
    void aVolumeLabelIsASingleKernelArgument() {
        assertThat(InstallerProject.label("Install Leap 16.0")).isEqualTo("Install\\x20Leap\\x2016.0");
        assertThat(InstallerProject.label("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a{{b}}", "a\"b", "a,b", "a\\b", "a\nb", "init=/bin/sh"})
    void anUnsafeLabelIsRefused(String label) {
        assertThatThrownBy(() -> InstallerProject.label(label)).isInstanceOf(Failure.class);
    }

    private GuestConsole console(String text) throws IOException {
        var log = Files.writeString(folder.resolve("serial.log"), text, StandardCharsets.ISO_8859_1);
        return new GuestConsole(log, List.of("KEY-1"));
    }
}
