package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SerialLogTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[    1.2] Kernel panic - not syncing: VFS: Unable to mount root fs",
                "You are in emergency mode. After logging in, type",
                "Give root password for maintenance",
                "Press Enter for maintenance",
                "ALERT!  UUID=x does not exist.  Dropping to a shell!",
                "\u001b[0m(initramfs) ",
                "grub rescue> ",
                "No bootable device.",
                "[ 10.0] Out of memory: Killed process 12 (apt)"
            })
    void reportsErrors(String line) throws IOException {
        assertThat(log("Loading\r\n" + line + "\r\nmore").problem()).isPresent();
    }

    @Test
    void ordinaryBootHasNoErrors() throws IOException {
        assertThat(log("""
            Begin: Running /scripts/init-bottom ... done.
            [\u001b[0;32m  OK  \u001b[0m] Reached target emergency.target.wants.
            [    1.0] Kernel command line: panic=10 root=UUID=1
            debian login:
            """).problem()).isEmpty();
        assertThat(new SerialLog(folder.resolve("none.log")).problem()).isEmpty();
    }

    @Test
    void theTailIsReadable() throws IOException {
        assertThat(log("one\r\n\r\n\u001b[1mtwo\u001b[0m\u0007\r\n").tail()).isEqualTo("one\ntwo");
    }

    private SerialLog log(String content) throws IOException {
        return new SerialLog(Files.writeString(folder.resolve("serial.log"), content));
    }
}
