/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.Contents;
import dev.cstemplates.disk.Sample;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OVAs written by GNU tar and Python. */
@Tag("real-tools")
final class TarRealToolsTest {

    private static final String LONG = "a-name-that-no-ustar-header-holds-".repeat(5);

    private final Sample disk = VmdkImage.mixed(4096).sample();
    private final Processes processes = new Processes();

    @TempDir
    private Path folder;

    @BeforeEach
    void unpack() throws IOException {
        var ova = Files.write(
                folder.resolve("plain.ova"), new OvaImage(disk).sample().file());
        var files = Files.createDirectory(folder.resolve("files"));
        processes.check(Command.of("tar", "-xf", ova.toString(), "-C", files.toString()));
        for (var ending : List.of("ovf", "mf", "vmdk")) {
            Files.copy(files.resolve("disk." + ending), files.resolve(LONG + "." + ending));
        }
    }

    @AfterEach
    void closeProcesses() {
        processes.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "oldgnu", "pax", "ustar"})
    void readsEveryFormatAndOrder(String format) throws IOException {
        for (var name : format.equals("ustar") ? List.of("disk") : List.of("disk", LONG)) {
            var ova = tar("--format=" + format, "./" + name + ".vmdk", "./" + name + ".mf", "./" + name + ".ovf");
            assertReads(ova, name);
        }
        if (!format.equals("ustar")) {
            assertReads(tar("--format=" + format, "."), "");
        }
    }

    @Test
    void readsWhatPythonWrites() throws IOException {
        var ova = folder.resolve("python.ova");
        var script = """
            import sys, tarfile
            for kind in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
                with tarfile.open(sys.argv[1], 'w', format=kind) as tar:
                    tar.add(sys.argv[2] + '/disk.ovf', sys.argv[3] + '.ovf')
                    tar.add(sys.argv[2] + '/disk.vmdk', sys.argv[3] + '.vmdk')
            """;
        processes.check(Command.of(
                "python3", "-c", script, ova.toString(), folder.resolve("files").toString(), "\u00fcber/" + LONG));
        assertReads(ova, "\u00fcber/" + LONG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax"})
    void refusesSparseMembersAndLinks(String format) throws IOException {
        var sparse = folder.resolve("files/sparse.vmdk");
        try (var file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(1 << 20);
            file.write(1);
        }
        assertRefuses(tar("-S", "--format=" + format, "disk.ovf", "sparse.vmdk"));
        Files.delete(sparse);
        Files.createSymbolicLink(sparse, Path.of("disk.vmdk"));
        assertRefuses(tar("--format=" + format, "disk.ovf", "sparse.vmdk"));
    }

    private void assertReads(Path ova, String name) throws IOException {
        try (var reader = OvaReader.open(ova)) {
            assertThat(Contents.of(reader)).isEqualTo(disk.content());
            assertThat(reader.diskMember().name()).startsWith(name).endsWith(".vmdk");
            assertThat(OvaCheck.check(reader))
                    .filteredOn(CheckResult::isFailed)
                    .extracting(CheckResult::id)
                    .contains("format.ova-order");
        }
    }

    private static void assertRefuses(Path ova) {
        assertThatThrownBy(() -> OvaReader.open(ova))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("at byte")
                .hasMessageMatching("(?s).*(sparse|the member's type is).*");
    }

    private Path tar(String... arguments) {
        var ova = folder.resolve("made.ova");
        var command = new ArrayList<>(List.of(
                "tar", "-cf", ova.toString(), "-C", folder.resolve("files").toString()));
        command.addAll(List.of(arguments));
        processes.check(Command.of(command.toArray(String[]::new)));
        return ova;
    }
}
