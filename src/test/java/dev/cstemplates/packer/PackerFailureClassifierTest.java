/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The logs were recorded with Packer 1.6.6 and QEMU 7.2. */
class PackerFailureClassifierTest {

    private static final Path RECORDED = Path.of("src/test/resources/packer-logs");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        no-qemu           | HOST   | false | QEMU is missing
        no-kvm            | HOST   | false | Cannot use KVM: Could not access KVM kernel module: Permission denied
        memory            | HOST   | true  | cannot set up guest memory
        no-iso            | BUILD  | false | Cannot read the base disk
        shrink            | USAGE  | false | The base disk is larger
        script-failed     | BUILD  | false | The script script-failed.sh failed with exit status 100
        disk-full         | HOST   | true  | This host's disk is full
        mirror-unresolved | REMOTE | false | Could not resolve 'mirror.invalid'
        mirror-refused    | REMOTE | true  | Could not connect to 127.0.0.1:9
        host-tool-missing | HOST   | false | mmdebstrap is missing
        ssh-timeout       | BUILD  | true  | Packer could not log in
        port              | HOST   | true  | port
        installer-stays   | BUILD  | false | The installer did not finish in time
        """)
    void classifiesRecordedFailures(String log, Failure.Kind kind, boolean isTransient, String text)
            throws IOException {
        var failure = explained(Files.readAllLines(RECORDED.resolve(log + ".txt")));

        assertThat(failure.message()).contains(text);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.isTransient()).isEqualTo(isTransient);
        assertThat(failure.remedy()).isNotBlank();
    }

    /** Literal messages of package tools and the host during a script. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        REMOTE | true  | Err:4 http://mirror.example.org/debian bookworm/main amd64 curl 503  Service Unavailable [IP: 10.0.2.2 80]
        REMOTE | true  | E: Failed to fetch http://mirror.example.org/debian/pool/x.deb  Hash Sum mismatch
        REMOTE | true  | Could not resolve host: mirrors.rockylinux.org
        REMOTE | true  |   - Curl error (28): Timeout was reached for https://mirrors.almalinux.org/mirrorlist/10/baseos
        REMOTE | true  | Error: Failed to download metadata for repo 'baseos': Cannot prepare internal mirrorlist: No URLs in mirrorlist
        REMOTE | true  | Error: Failed to download metadata for repo 'baseos': Cannot download repomd.xml: All mirrors were tried
        REMOTE | true  |   - Status code: 503 for https://dl.fedoraproject.org/pub/fedora/linux/releases/44/repodata/repomd.xml
        REMOTE | true  | Timeout exceeded when accessing 'https://download.opensuse.org/distribution/leap/16.0/repo/oss/media.1/media'.
        REMOTE | true  | Download (curl) error for 'https://download.opensuse.org/update/repodata/repomd.xml':
        BUILD  | false | E: Unable to locate package no-such-package
        BUILD  | false |   - Status code: 404 for https://dl.fedoraproject.org/pub/fedora/linux/releases/99/repodata/repomd.xml
        BUILD  | false | No match for argument: no-such-package
        BUILD  | false | E: The repository 'http://mirror.example.org/debian bookworm Release' is not signed.
        BUILD  | false | error: package x.rpm does not verify: Header V4 RSA/SHA256 Signature, key ID 0: BAD
        """)
    void distinguishesTemporaryMirrorErrorsFromPermanentOnes(Failure.Kind kind, boolean isTransient, String output) {
        var failure = explained(inGuest(output));

        assertThat(failure.kind()).as(output).isEqualTo(kind);
        assertThat(failure.isTransient()).as(output).isEqualTo(isTransient);
        assertThat(failure.message()).contains(output.strip());
    }

    /** The first line that matches is the one with the mirror's address; it must be a line that a script prints. */
    @Test
    void aMirrorWithoutAReleaseFileIsNamed() throws IOException {
        var text = "has no release file for";
        assertThat(Path.of("scripts/builders/bootstrap-apt.sh")).content().contains(text);

        var failure = explained(inGuest("bootstrap-apt: The mirror http://mirror.example.org/debian " + text
                + " 'bookworm':\\n  Could not connect to mirror.example.org:80"));

        assertThat(failure.message()).contains("http://mirror.example.org/debian");
        assertThat(failure.isTransient()).isTrue();
    }

    /** Messages of Packer and QEMU before the guest is reachable. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        BUILD | true  | Timeout waiting for SSH.
        BUILD | true  | ssh: handshake failed: read tcp 127.0.0.1:50210->127.0.0.1:3213: read: connection reset by peer
        BUILD | false | Packer experienced an authentication error when trying to connect via SSH.
        BUILD | true  | KVM internal error. Suberror: 1
        HOST  | true  | qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory
        HOST  | true  | qemu-system-x86_64: -netdev user: Could not set up host forwarding rule 'tcp:127.0.0.1:2222-:22'
        HOST  | false | Could not access KVM kernel module: No such file or directory
        HOST  | true  | bootstrap-apt: /w/scratch has less than 4 GiB free, which making the disk takes.
        HOST  | true  | Error copying iso to output dir: write /b/output/disk.qcow2: no space left on device
        """)
    void distinguishesErrorsOfPackerAndQemu(Failure.Kind kind, boolean isTransient, String output) {
        var failure = explained(List.of("1,,ui,say,==> prepare: Starting VM", "1,prepare,error," + output));

        assertThat(failure.kind()).as(output).isEqualTo(kind);
        assertThat(failure.isTransient()).as(output).isEqualTo(isTransient);
    }

    @Test
    void showsTheScriptsOutputWithoutPackers() throws IOException {
        var failure = explained(Files.readAllLines(RECORDED.resolve("script-failed.txt")));

        assertThat(failure.message()).endsWith("unpacking\nE: Unable to locate package no-such");
    }

    @Test
    void distinguishesTheGuestsFullDiskFromTheHosts() {
        var failure = explained(inGuest("cp: error writing '/x': No space left on device"));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
        assertThat(failure.isTransient()).isFalse();
        assertThat(failure.message()).contains("guest's disk").contains("20-packages.sh");
    }

    @Test
    void ignoresMirrorErrorsOfEarlierScripts() {
        var failure = explained(List.of(
                "1,,ui,say,==> prepare: Provisioning with shell script: /b/scripts/10-update.sh",
                "1,,ui,message,    prepare: Temporary failure resolving 'mirror.example.org' (tried again)",
                "1,,ui,say,==> prepare: Provisioning with shell script: /b/scripts/20-packages.sh",
                "1,,ui,error,==> prepare: sed: can't read /etc/nothing",
                "1,prepare,error,Script exited with non-zero exit status: 2.Allowed exit codes are: [0]"));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.BUILD);
        assertThat(failure.message()).contains("20-packages.sh").contains("/etc/nothing");
    }

    @Test
    void distinguishesAGuestScriptsExitCodeFromPackers() {
        assertThat(explained(inGuest("systemctl: unit not active", 3)).kind()).isEqualTo(Failure.Kind.BUILD);
    }

    @Test
    void reportsAStoppedGuest() {
        var failure = explained(List.of(
                "1,,ui,say,==> prepare: Provisioning with shell script: /b/scripts/20-packages.sh",
                "1,,ui,message,    prepare: Setting up linux-image",
                "1,prepare,error,Script disconnected unexpectedly. If you expected your script to disconnect"));

        assertThat(failure.isTransient()).isTrue();
        assertThat(failure.message())
                .contains("The guest stopped")
                .contains("20-packages.sh")
                .contains("linux-image");
    }

    @Test
    void showsUnknownOutput() {
        assertThat(explained(List.of("panic: runtime error")).message()).contains("panic: runtime error");
        assertThat(explained(List.of()).message()).contains("exit code 1").contains("no output");
    }

    @Test
    void boundsEndlessOutput() {
        var transcript = new Transcript();
        for (var line = 0; line < 100_000; line++) {
            transcript.add(new PackerEvent.Ui(PackerEvent.Tone.MESSAGE, "line " + line));
            transcript.add(new PackerEvent.Failed("prepare", "error " + line));
        }

        assertThat(transcript.everything()).contains("line 99999").hasSizeLessThan(20_000);
    }

    private static List<String> inGuest(String output) {
        return inGuest(output, 1);
    }

    private static List<String> inGuest(String output, int status) {
        return List.of(
                "1,,ui,say,==> prepare: Provisioning with shell script: /b/scripts/20-packages.sh",
                "1,,ui,error,==> prepare: " + output,
                "1,prepare,error,Script exited with non-zero exit status: " + status + ".Allowed exit codes are: [0]");
    }

    private static Failure explained(List<String> lines) {
        var transcript = new Transcript();
        lines.forEach(line -> transcript.add(MachineReadable.parse(line)));
        return PackerFailureClassifier.explain(
                transcript, new GuestConsole(Path.of("no-console"), List.of()), 1, "Packer's output: /b/packer.log");
    }
}
