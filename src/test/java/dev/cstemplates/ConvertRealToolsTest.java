/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code cst convert} from the command line. */
@Tag("real-tools")
final class ConvertRealToolsTest {

    private final Processes processes = new Processes();

    @TempDir
    private Path folder;

    @AfterEach
    void end() {
        processes.close();
    }

    @ParameterizedTest
    @CsvSource({
        "raw,",
        "qcow2,",
        "qcow2, compression_type=zstd",
        "vdi,",
        "vhdx,",
        "vpc,",
        "vmdk,",
        "qcow2, extended_l2=on"
    })
    void readsWhatQemuWrites(String format, String option) throws IOException {
        var raw = noise("disk.raw", 9 << 20);
        var disk = folder.resolve("in").resolve("disk." + format);
        Files.createDirectories(folder.resolve("in"));
        var convert = Command.of("qemu-img", "convert", "-f", "raw", "-O", format);
        processes.check((option == null ? convert : convert.with("-o", option)).with(raw.toString(), disk.toString()));

        var result = cst().run("convert", disk.toString(), "--to", "qcow2,vhd,ova", "--out", out().toString());

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(out()).isDirectoryContaining("glob:**disk.ova").isDirectoryNotContaining("glob:**.cst-convert-*");
        processes.check(Command.of(
                "qemu-img",
                "compare",
                "-f",
                "raw",
                "-F",
                "qcow2",
                raw.toString(),
                out().resolve("disk.qcow2").toString()));
        processes.check(Command.of(
                "qemu-img",
                "compare",
                "-f",
                "raw",
                "-F",
                "vpc",
                raw.toString(),
                out().resolve("disk.vhd").toString()));
    }

    /** A crafted file could make this host disclose one of its own files. */
    @Test
    void refusesADiskThatRefersToOtherFiles() throws IOException {
        var secret = noise("secret.raw", 1 << 20);
        var overlay = folder.resolve("overlay.qcow2");
        processes.check(Command.of(
                "qemu-img", "create", "-f", "qcow2", "-F", "raw", "-b", secret.toString(), overlay.toString()));
        var flat = folder.resolve("flat.vmdk");
        processes.check(Command.of(
                "qemu-img",
                "convert",
                "-f",
                "raw",
                "-O",
                "vmdk",
                "-o",
                "subformat=monolithicFlat",
                secret.toString(),
                flat.toString()));

        for (var disk : new Path[] {overlay, flat}) {
            var result = cst().run("convert", disk.toString(), "--to", "raw", "--out", out().toString());
            assertThat(result.exitCode()).isNotZero();
            assertThat(result.err()).containsAnyOf("a backing file is named", "refers to other files");
        }
        assertThat(out().resolve("overlay.raw")).doesNotExist();
        assertThat(out().resolve("flat.raw")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "KILL, 137"})
    void anInterruptedRunLeavesNoFileUnderAFinalName(String signal, int exitCode) throws Exception {
        var raw = noise("large.raw", 600 << 20);
        var cst = cst();
        var process = cst.start(
                Map.of(), folder, "convert", raw.toString(), "--to", "qcow2,vhd,ova", "--out", out().toString());
        awaitPart(process);

        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        var result = cst.result(process, folder);

        assertThat(result.exitCode()).isEqualTo(exitCode);
        assertThat(out())
                .isDirectoryNotContaining("glob:**.qcow2")
                .isDirectoryNotContaining("glob:**.vhd")
                .isDirectoryNotContaining("glob:**.ova");
        if (signal.equals("INT")) {
            assertThat(out()).isEmptyDirectory();
        }
    }

    private void awaitPart(Process process) throws Exception {
        for (var i = 0; i < 12_000 && process.isAlive(); i++) {
            if (Files.exists(out().resolve("large.qcow2.part"))) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("cst convert did not start: " + Files.readString(folder.resolve("err")));
    }

    private Cst cst() {
        return new Cst(folder.resolve("home"));
    }

    private Path out() {
        return folder.resolve("converted");
    }

    private Path noise(String name, int length) throws IOException {
        var file = folder.resolve(name);
        var chunk = new byte[1 << 20];
        var random = new Random(1);
        try (var disk = new RandomAccessFile(file.toFile(), "rw")) {
            for (var at = 0; at < length; at += chunk.length) {
                random.nextBytes(chunk);
                disk.write(chunk);
            }
        }
        return file;
    }
}
