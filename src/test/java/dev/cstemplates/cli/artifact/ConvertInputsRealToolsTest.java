/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.Console;
import dev.cstemplates.disk.Sample;
import dev.cstemplates.disk.vhd.VhdImage;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code cst convert} on files as other programs make them; the content is compared by {@code qemu-img} or byte by byte. */
@Tag("real-tools")
final class ConvertInputsRealToolsTest {

    private static final int LENGTH = 3 << 20;

    /** Writes an OVA: arguments are the folder, the tar format, then pairs of member name and file in it. */
    private static final String TAR = """
        import sys, tarfile
        formats = {'gnu': tarfile.GNU_FORMAT, 'pax': tarfile.PAX_FORMAT, 'ustar': tarfile.USTAR_FORMAT}
        with tarfile.open(sys.argv[1] + '/in.ova', 'w', format=formats[sys.argv[2]]) as tar:
            for name, file in zip(sys.argv[3::2], sys.argv[4::2]):
                tar.add(sys.argv[1] + '/' + file, name)
        """;

    private final Processes processes = new Processes();

    @TempDir
    private Path folder;

    private Path raw = Path.of("");
    private Path out = Path.of("");

    @BeforeEach
    void create() throws IOException {
        raw = Files.write(folder.resolve("disk.raw"), Sample.noise(LENGTH, 1));
        out = folder.resolve("out");
    }

    @AfterEach
    void end() {
        processes.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gzip -k", "bzip2 -k", "xz -k", "xz -9 -k", "zstd -q", "zstd -q -19", "zip -q disk.raw.zip"})
    void compressedDisksAreUnpacked(String tool) throws IOException {
        run("cd '%s' && %s disk.raw".formatted(folder, tool));
        Files.move(raw, folder.resolve("original"));
        var packed = only("disk.raw.*");

        assertSameAs(folder.resolve("original"), convert(packed), "disk");
    }

    @Test
    void aCompressedQcow2IsUnpackedAndReadAsQcow2() throws IOException {
        run("cd '%s' && qemu-img convert -O qcow2 disk.raw x.qcow2 && gzip x.qcow2".formatted(folder));

        assertSameAs(raw, convert(folder.resolve("x.qcow2.gz")), "x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "bzip2", "xz", "zstd -q"})
    void aCutCompressedDiskIsRefused(String tool) throws IOException {
        run("cd '%s' && %s -c disk.raw > cut.packed && truncate -s 2000000 cut.packed".formatted(folder, tool));

        assertThat(refusal(folder.resolve("cut.packed"))).containsAnyOf("is not a sound", "ends too early");
    }

    @Test
    void aBombIsStoppedByItsSizeAndByItsRatio() throws IOException {
        run("head -c 1200000000 /dev/zero | gzip -1 > '%s/bomb.gz'".formatted(folder));
        var bomb = folder.resolve("bomb.gz");

        assertThat(refusal(bomb, "--max-size", "1MiB")).contains("unpacks to more than 1 MiB", "--max-size");
        assertThat(refusal(bomb, "--max-ratio", "20")).contains("more than 20 times its length", "--max-ratio");
    }

    @Test
    void aZipOfTwoDisksIsRefused() throws IOException {
        run("cd '%s' && cp disk.raw b.raw && zip -q two.zip disk.raw b.raw".formatted(folder));

        assertThat(refusal(folder.resolve("two.zip"))).contains("several files", "disk.raw, b.raw");
    }

    @ParameterizedTest
    @CsvSource({"gnu", "pax", "ustar"})
    void theBootDiskOfAnOvaIsTheOneOfItsFirstDrive(String format) throws IOException {
        vmdk("a.vmdk", "boot.vmdk");
        ovf("<File ovf:id='f1' ovf:href='a.vmdk'/><File ovf:id='f2' ovf:href='my%20Disk.VMDK'/>");
        tar(format, "a.vmdk", "a.vmdk", "./my Disk.VMDK", "boot.vmdk", "./My Machine.OVF", "in.ovf");

        var run = convert(folder.resolve("in.ova"));

        assertSameAs(raw, run, "in");
        assertThat(run.err()).contains("has 2 disks: 1 = my%20Disk.VMDK, 2 = a.vmdk", "--disk N");
        assertSameAs(folder.resolve("other.raw"), convert(folder.resolve("in.ova"), "--disk", "2"), "in");
        assertThat(refusal(folder.resolve("in.ova"), "--disk", "3")).contains("disk 3 does not exist");
    }

    @Test
    void chunkedAndCompressedMembersAreJoinedAndUnpacked() throws IOException {
        vmdk("a.vmdk", "boot.vmdk");
        run("cd '%s' && gzip -c boot.vmdk > boot.gz && split -b 1000000 -d -a 9 boot.gz boot.gz.".formatted(folder));
        var size = Files.size(folder.resolve("boot.gz"));
        ovf("<File ovf:id='f1' ovf:href='a.vmdk'/><File ovf:id='f2' ovf:href='boot.gz' ovf:compression='gzip'"
                + " ovf:chunkSize='1000000' ovf:size='" + size + "'/>");
        var all = new String[] {
            "boot.gz.000000003", "boot.gz.000000003", "a.vmdk", "a.vmdk", "boot.gz.000000000", "boot.gz.000000000",
            "boot.gz.000000002", "boot.gz.000000002", "in.ovf", "in.ovf", "boot.gz.000000001", "boot.gz.000000001"
        };
        tar("gnu", all);
        assertSameAs(raw, convert(folder.resolve("in.ova")), "in");

        tar("gnu", "a.vmdk", "a.vmdk", "boot.gz.000000000", "boot.gz.000000000", "in.ovf", "in.ovf");
        assertThat(refusal(folder.resolve("in.ova"))).contains("A part is missing");
    }

    @Test
    void aWrongManifestDigestIsAFailure() throws IOException {
        vmdk("a.vmdk", "boot.vmdk");
        ovf("<File ovf:id='f1' ovf:href='a.vmdk'/><File ovf:id='f2' ovf:href='boot.vmdk'/>");
        run("cd '%s' && sha256sum boot.vmdk | sed 's/\\(.*\\)  \\(.*\\)/SHA256 (\\2) = \\1/' > in.mf"
                .formatted(folder));
        var members = new String[] {"boot.vmdk", "boot.vmdk", "in.mf", "in.mf", "in.ovf", "in.ovf", "a.vmdk", "a.vmdk"};
        tar("gnu", members);
        assertSameAs(raw, convert(folder.resolve("in.ova")), "in");

        Files.copy(folder.resolve("a.vmdk"), folder.resolve("boot.vmdk"), StandardCopyOption.REPLACE_EXISTING);
        tar("gnu", members);
        assertThat(refusal(folder.resolve("in.ova"))).contains("boot.vmdk has a different digest");
    }

    @Test
    void anOvfWithEntitiesIsRefused() throws IOException {
        vmdk("a.vmdk", "boot.vmdk");
        Files.writeString(
                folder.resolve("in.ovf"),
                "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><Envelope>&e;</Envelope>");
        tar("gnu", "in.ovf", "in.ovf", "a.vmdk", "a.vmdk");

        assertThat(refusal(folder.resolve("in.ova"))).contains("DOCTYPE");
    }

    @Test
    void aVhdWithDifferingFootersIsReadWithAWarning() throws IOException {
        var sample = VhdImage.mixed(4096).sample();
        var bytes = sample.file().clone();
        bytes[bytes.length - 512 + 30] ^= 1;
        var vhd = Files.write(folder.resolve("x.vhd"), bytes);
        var expected = Files.write(folder.resolve("expected"), sample.content());

        var run = convert(vhd);

        assertThat(run.err()).contains("two footers that differ");
        assertSameAs(expected, run, "x");
    }

    @ParameterizedTest
    @CsvSource({"raw, disk.raw", "qcow2, disk.qcow2"})
    void aDiskThatAnotherQemuProgramWritesToIsRefused(String format, String name) throws Exception {
        var disk = folder.resolve(name);
        if (format.equals("qcow2")) {
            run("qemu-img convert -O qcow2 '%s' '%s'".formatted(raw, disk));
        }
        var user = new ProcessBuilder("qemu-io", "-f", format, disk.toString())
                .redirectErrorStream(true)
                .start();
        try {
            user.getOutputStream().write("write 0 512\n".getBytes(StandardCharsets.US_ASCII));
            user.getOutputStream().flush();
            assertThat(user.inputReader().readLine()).contains("wrote");

            assertThat(refusal(disk)).contains("is in use").doesNotContain("lock");
        } finally {
            user.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(convert(disk).exitCode()).isZero();
    }

    @Test
    void aBlockDeviceIsRead() throws IOException {
        var device = processes.run(Command.of("losetup", "-r", "-f", "--show", raw.toString()));
        Assumptions.assumeTrue(device.succeeded(), "no loop devices");
        var name = device.output().strip();
        try {
            assertSameAs(
                    raw, convert(Path.of(name)), Path.of(name).getFileName().toString());
        } finally {
            processes.check(Command.of("losetup", "-d", name));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "page.qcow2, <!DOCTYPE html><html><body>404</body></html>, an HTML page",
        "bare.ovf, <?xml version='1.0'?><Envelope/>, an OVF descriptor",
        "notes.img, hello world, a text file",
        "x.img, %PDF-1.4, a PDF file"
    })
    void whatIsNotADiskIsRefusedWithWhatItIs(String name, String content, String kind) throws IOException {
        var file = Files.write(folder.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(refusal(file)).contains("is not a disk: it is " + kind);
    }

    @Test
    void anIsoIsRefused() throws IOException {
        try (var iso = new RandomAccessFile(raw.toFile(), "rw")) {
            iso.seek(16 * 2048);
            iso.write("\u0001CD001".getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(refusal(raw)).contains("an ISO 9660 image");
    }

    @Test
    void aNameThatPromisesAnotherFormatIsRefused() throws IOException {
        for (var name : new String[] {"x.vhd", "x.qcow2", "x.vmdk", "x.ova", "x.vhdx", "x.vdi"}) {
            assertThat(refusal(Files.copy(raw, folder.resolve(name)))).contains("its name suggests that format");
        }
    }

    @Test
    void aCutDiskIsRefusedByItsPartitionTable() throws IOException {
        for (var label : new String[] {"gpt", "dos"}) {
            var disk = folder.resolve(label + ".raw");
            run(
                    "truncate -s 16M '%1$s' && echo 'start=2048, size=20000' | sfdisk -q --label %2$s '%1$s' && truncate -s 2M '%1$s'"
                            .formatted(disk, label));
            assertThat(refusal(disk)).contains("is cut off");
        }
    }

    @Test
    void aBackupPartitionTableThatIsNotAtTheEndIsWarnedOfAndMovedOnRequest() throws IOException {
        var disk = folder.resolve("grown.raw");
        run(
                "truncate -s 8M '%1$s' && echo 'start=2048, size=4096' | sfdisk -q --label gpt '%1$s' && truncate -s 16M '%1$s'"
                        .formatted(disk));

        var run = convert(disk);
        assertThat(run.err()).contains("--fix-gpt");
        assertSameAs(disk, run, "grown");

        var fixed = convert(disk, "--fix-gpt", "--to", "raw");
        assertThat(fixed.exitCode()).as(fixed.err()).isZero();
        assertThat(fixed.err()).doesNotContain("warning");
        var verified = processes.run(
                Command.of("sfdisk", "--verify", out.resolve("grown.raw").toString()));
        assertThat(verified.output()).contains("No errors detected").doesNotContain("backup");
    }

    @Test
    void messagesAboutBackingFilesEncryptionAndOldFormatsArePlain() throws IOException {
        run("cd '%s' && qemu-img create -q -f qcow2 -u -b missing.img -F raw backed.qcow2 1M".formatted(folder));
        run("cd '%s' && qemu-img convert -O qcow disk.raw old.qcow".formatted(folder));
        Files.write(folder.resolve("luks.img"), "LUKS\u00ba\u00be\0\1....".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(refusal(folder.resolve("backed.qcow2"))).contains("is incomplete", "backing file");
        assertThat(refusal(folder.resolve("luks.img"))).contains("is encrypted");
        assertSameAs(raw, convert(folder.resolve("old.qcow")), "old");
        Files.write(folder.resolve("damaged.vdi"), vdiHeader());
        assertThat(refusal(folder.resolve("damaged.vdi"))).doesNotContain("convert.log", "qemu-img: ");
    }

    private static byte[] vdiHeader() {
        var bytes = new byte[1024];
        System.arraycopy(
                "<<< Oracle VM VirtualBox Disk Image >>>\n".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 40);
        bytes[64] = 0x7f;
        bytes[65] = 0x10;
        bytes[66] = (byte) 0xda;
        bytes[67] = (byte) 0xbe;
        return bytes;
    }

    private void vmdk(String other, String boot) throws IOException {
        Files.write(folder.resolve("other.raw"), Sample.noise(LENGTH, 2));
        for (var pair : new String[] {"other.raw " + other, "disk.raw " + boot}) {
            run("cd '%s' && qemu-img convert -O vmdk -o subformat=streamOptimized %s".formatted(folder, pair));
        }
    }

    private void ovf(String files) throws IOException {
        Files.writeString(folder.resolve("in.ovf"), """
            <?xml version="1.0"?>
            <ovf:Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:r="urn:r">
            <ovf:References>%s</ovf:References>
            <ovf:DiskSection><ovf:Disk ovf:diskId="data" ovf:fileRef="f1"/><ovf:Disk ovf:diskId="boot" ovf:fileRef="f2"/></ovf:DiskSection>
            <ovf:VirtualSystem><ovf:VirtualHardwareSection>
            <ovf:Item><r:HostResource>/disk/boot</r:HostResource><r:ResourceType>17</r:ResourceType></ovf:Item>
            <ovf:Item><r:HostResource>ovf:/disk/data</r:HostResource><r:ResourceType>17</r:ResourceType></ovf:Item>
            </ovf:VirtualHardwareSection></ovf:VirtualSystem></ovf:Envelope>
            """.formatted(files));
    }

    private void tar(String format, String... members) {
        processes.check(
                Command.of("python3", "-c", TAR, folder.toString(), format).with(members));
    }

    private Path only(String pattern) throws IOException {
        try (var files = Files.newDirectoryStream(folder, pattern)) {
            return files.iterator().next();
        }
    }

    private void run(String script) {
        processes.check(Command.of("bash", "-c", "set -o pipefail; " + script));
    }

    private Console.Run convert(Path file, String... more) {
        var arguments = new ArrayList<>(List.of("convert", file.toString(), "--out", out.toString()));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--to")) {
            arguments.addAll(List.of("--to", "qcow2"));
        }
        return new Console(Path.of(""), folder.resolve("home")).run(arguments.toArray(String[]::new));
    }

    private String refusal(Path file, String... more) {
        var run = convert(file, more);
        assertThat(run.exitCode()).as(run.err()).isBetween(1, 2);
        assertThat(out).isEmptyDirectory();
        return run.err();
    }

    private void assertSameAs(Path expected, Console.Run run, String name) throws IOException {
        assertThat(run.exitCode()).as(run.err()).isZero();
        processes.check(Command.of(
                "qemu-img",
                "compare",
                "-f",
                "raw",
                "-F",
                "qcow2",
                expected.toString(),
                out.resolve(name + ".qcow2").toString()));
        try (var written = Files.newDirectoryStream(out)) {
            for (var file : written) {
                Files.delete(file);
            }
        }
    }
}
