package dev.cstemplates.packer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.host.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recorded logs were printed by Packer 1.6.6 and QEMU 7.2 when these things had been done to them. */
class RunCausesTest {

    private static final Path RECORDED = Path.of("src/test/resources/packer-logs");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    no-qemu           | HOST   | false | QEMU is missing
                    no-kvm            | HOST   | false | KVM can't be used: Could not access KVM kernel module: Permission denied
                    memory            | HOST   | true  | cannot set up guest memory
                    no-iso            | BUILD  | false | The base disk can't be read
                    shrink            | USAGE  | false | The base disk is larger
                    script-failed     | BUILD  | false | The script script-failed.sh failed with exit status 100
                    disk-full         | HOST   | true  | This host's disk is full
                    mirror-unresolved | REMOTE | true  | Could not resolve 'mirror.invalid'
                    mirror-refused    | REMOTE | true  | Could not connect to 127.0.0.1:9
                    host-lacks        | HOST   | false | mmdebstrap is missing
                    ssh-timeout       | BUILD  | true  | did not let Packer in
                    port              | HOST   | true  | port
                    installer-stays   | BUILD  | false | The installer did not finish in time
                    """)
    void tellsRecordedCausesApart(String log, Failure.Kind kind, boolean isTransient, String words) throws IOException {
        var failure = explained(Files.readAllLines(RECORDED.resolve(log + ".txt")));

        assertThat(failure.message()).contains(words);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.isTransient()).isEqualTo(isTransient);
        assertThat(failure.remedy()).isNotBlank();
    }

    @Test
    void showsTheScriptsLastWordsWithoutPackersOwn() throws IOException {
        var failure = explained(Files.readAllLines(RECORDED.resolve("script-failed.txt")));

        assertThat(failure.message()).endsWith("unpacking\nE: Unable to locate package no-such");
    }

    @Test
    void tellsTheGuestsFullDiskFromTheHosts() {
        var failure = explained(inGuest("cp: error writing '/x': No space left on device"));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
        assertThat(failure.isTransient()).isFalse();
        assertThat(failure.message()).contains("guest's disk").contains("20-packages.sh");
    }

    @Test
    void doesNotBlameTheMirrorForWhatAnEarlierScriptPrinted() {
        var failure = explained(List.of(
                "1,,ui,say,==> prepare: Provisioning with shell script: /b/scripts/10-update.sh",
                "1,,ui,message,    prepare: Temporary failure resolving 'deb.debian.org' (tried again)",
                "1,,ui,say,==> prepare: Provisioning with shell script: /b/scripts/20-packages.sh",
                "1,,ui,error,==> prepare: sed: can't read /etc/nothing",
                "1,prepare,error,Script exited with non-zero exit status: 2.Allowed exit codes are: [0]"));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
        assertThat(failure.message()).contains("20-packages.sh").contains("/etc/nothing");
    }

    @Test
    void doesNotTakeAGuestScriptsExitStatusForItsOwn() {
        assertThat(explained(inGuest("systemctl: unit not active", 3)).kind()).isEqualTo(Failure.Kind.BUILD);
    }

    @Test
    void saysWhenTheGuestWentAway() {
        var failure = explained(List.of(
                "1,,ui,say,==> prepare: Provisioning with shell script: /b/scripts/20-packages.sh",
                "1,,ui,message,    prepare: Setting up linux-image",
                "1,prepare,error,Script disconnected unexpectedly. If you expected your script to disconnect"));

        assertThat(failure.isTransient()).isTrue();
        assertThat(failure.message())
                .contains("went away")
                .contains("20-packages.sh")
                .contains("linux-image");
    }

    @Test
    void showsWhatItDoesNotUnderstand() {
        assertThat(explained(List.of("panic: runtime error")).message()).contains("panic: runtime error");
        assertThat(explained(List.of()).message()).contains("exit code 1").contains("said nothing");
    }

    @Test
    void keepsBoundedAmountsOfEndlessOutput() {
        var transcript = new Transcript();
        for (var line = 0; line < 100_000; line++) {
            transcript.add(new PackerEvent.Ui(PackerEvent.Tone.MESSAGE, "line " + line));
            transcript.add(new PackerEvent.Failed("prepare", "error " + line));
        }

        assertThat(transcript.everything()).contains("line 99999").hasSizeLessThan(20_000);
    }

    private static List<String> inGuest(String said) {
        return inGuest(said, 1);
    }

    private static List<String> inGuest(String said, int status) {
        return List.of(
                "1,,ui,say,==> prepare: Provisioning with shell script: /b/scripts/20-packages.sh",
                "1,,ui,error,==> prepare: " + said,
                "1,prepare,error,Script exited with non-zero exit status: " + status + ".Allowed exit codes are: [0]");
    }

    private static Failure explained(List<String> lines) {
        var transcript = new Transcript();
        lines.forEach(line -> transcript.add(MachineReadable.parse(line)));
        return RunCauses.explain(
                transcript, new GuestConsole(Path.of("no-console"), List.of()), 1, "Packer's output: /b/packer.log");
    }
}
