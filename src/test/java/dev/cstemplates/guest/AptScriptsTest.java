/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.host.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts for Debian and Ubuntu: every source gives the same system, and no release meets what it does not have. */
class AptScriptsTest {

    private static final String PREPARATION = "preparation/apt/80-bootloader.sh";

    @ParameterizedTest
    @ValueSource(strings = {"builders/bootstrap-apt.sh", "installation/apt.sh"})
    void everySourceHasTheSameBootLoaderSettings(String script) throws IOException {
        assertThat(block("# CloudStack's console shows tty0", "END", script))
                .isEqualTo(block("# CloudStack's console shows tty0", "END", PREPARATION));
    }

    @Test
    void everySourceHasTheSameDriversInTheInitramfs() throws IOException {
        var list = Pattern.compile("drivers='([^']+)'");

        assertThat(first(list, "preparation/apt/65-initramfs.sh")).isEqualTo(first(list, "builders/disk.sh"));
    }

    /** systemd 249, that of Ubuntu 22.04, warns about it at every start. */
    @Test
    void networkUsesNoKeyThatUbuntu2204DoesNotKnow() throws IOException {
        assertThat(text("preparation/apt/50-network.sh")).doesNotContain("\nKind=");
    }

    /** dracut replaced initramfs-tools, chrony replaced systemd-timesyncd; installing one of a pair removes the other. */
    @ParameterizedTest
    @CsvSource({
        "ubuntu-22.04, initramfs-tools systemd-timesyncd, dracut chrony",
        "ubuntu-24.04, initramfs-tools systemd-timesyncd, dracut chrony",
        "ubuntu-26.04, dracut chrony, initramfs-tools systemd-timesyncd busybox-initramfs",
        "debian-13, initramfs-tools systemd-timesyncd, dracut chrony",
    })
    void theReleasesOwnInitramfsToolAndTimeServiceStay(String id, String wanted, String unwanted) {
        var definition =
                Catalog.load(new Installation(Path.of("").toAbsolutePath())).definition(id);

        for (var architecture : Architecture.values()) {
            assertThat(definition.packagesFor(architecture))
                    .containsAll(words(wanted))
                    .doesNotContainAnyElementsOf(words(unwanted));
        }
    }

    /** A wait without a limit looks like a stalled build. */
    @Test
    void waitForCloudInitHasALimit() throws IOException {
        assertThat(text("preparation/common/10-settle.sh")).containsPattern("timeout \\S+ cloud-init status --wait");
    }

    private static List<String> words(String text) {
        return Arrays.asList(text.split(" ", -1));
    }

    private static String block(String from, String to, String script) throws IOException {
        var text = text(script);
        var start = text.indexOf(from);
        return text.substring(start, text.indexOf("\n" + to, start));
    }

    private static String first(Pattern pattern, String script) throws IOException {
        var match = pattern.matcher(text(script));
        assertThat(match.find()).as(script).isTrue();
        return match.group(1);
    }

    private static String text(String script) throws IOException {
        return Files.readString(Path.of("scripts").resolve(script));
    }
}
