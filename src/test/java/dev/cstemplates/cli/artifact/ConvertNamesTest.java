package dev.cstemplates.cli.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.Console;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.disk.Contents;
import dev.cstemplates.disk.FormatCheck;
import dev.cstemplates.disk.Sample;
import dev.cstemplates.disk.ova.OvaReader;
import dev.cstemplates.disk.ova.VmdkReader;
import dev.cstemplates.disk.qcow2.Qcow2Image;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code cst convert} on disks whose names would break tar, OVF or VMDK if they were used unchanged. */
final class ConvertNamesTest {

    private static final String ALPHABET =
            "aB9 ._-+()[]{}'\"`$%&<>;|\\~#@=,:?*!^\t\n\r\u001b\u007f\u0085\u00e9\u00df\u4e2d\u202e\ufffe";

    private final Sample sample = Qcow2Image.mixed(3, 16).sample();
    private final Processes processes = new Processes();

    @TempDir
    private Path folder;

    @AfterEach
    void closeProcesses() {
        processes.close();
    }

    static Stream<String> names() {
        var random = new Random(11);
        var randomNames = IntStream.range(0, 6)
                .mapToObj(each -> random.ints(1 + random.nextInt(60), 0, ALPHABET.length())
                        .map(ALPHABET::charAt)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
        return Stream.concat(
                Stream.of(
                        "disk (copy)",
                        "x".repeat(96),
                        "x".repeat(240),
                        "\u4e2d".repeat(80),
                        "-rf",
                        "--to",
                        ".hidden",
                        "..x",
                        "%s%n",
                        "a\nRW 1 SPARSE \"b\"",
                        "<&>\"'",
                        "]]>",
                        "SHA256(a)= b",
                        "disk.ovf",
                        "disk.vmdk",
                        "con",
                        "\ud83d\udcbf",
                        " "),
                randomNames);
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyOutputIsAccepted(String name) throws IOException {
        var disk = Files.write(Files.createDirectory(folder.resolve("in")).resolve(name + ".img"), sample.file());
        var out = folder.resolve("out");

        var run = new Console(Path.of(""), folder.resolve("home"))
                .run("convert", "--to", "ova,vmdk,qcow2", "--out", out.toString(), disk.toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        var ova = out.resolve(name + ".ova");
        assertThat(new FormatCheck(processes).check(ova, null, folder.resolve("log")))
                .isNotEmpty()
                .filteredOn(CheckResult::isFailed)
                .isEmpty();
        try (var read = OvaReader.open(ova)) {
            assertThat(Contents.of(read)).isEqualTo(sample.content());
        }
        try (var read = VmdkReader.open(out.resolve(name + ".vmdk"))) {
            assertThat(Contents.of(read)).isEqualTo(sample.content());
        }
        assertThat(out.resolve(name + ".qcow2")).isRegularFile();
        requireExtractable(ova);
    }

    private void requireExtractable(Path ova) throws IOException {
        var extracted = Files.createDirectory(folder.resolve("extracted"));
        processes.check(Command.of("tar", "-xf", ova.toString(), "--force-local", "-C", extracted.toString()));
        try (var files = Files.list(extracted)) {
            assertThat(files.map(file -> file.getFileName().toString()).toList())
                    .hasSize(3)
                    .allMatch(file -> file.matches("[A-Za-z0-9][A-Za-z0-9._+-]{0,99}"));
        }
    }

    @Test
    void aNameTooLongForTheSuffixIsRefused() throws IOException {
        var disk = Files.write(folder.resolve("x".repeat(255)), sample.file());

        var run = new Console(Path.of(""), folder.resolve("home"))
                .run("convert", "--to", "qcow2", "--out", folder.resolve("out").toString(), disk.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("file name is too long").contains("Rename");
        assertThat(disk.getFileName().toString().getBytes(StandardCharsets.UTF_8))
                .hasSize(255);
    }
}
