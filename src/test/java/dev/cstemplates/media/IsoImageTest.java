/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads an ISO written by xorriso, with links as on installers and as an attacker might create them. */
@Tag("real-tools")
class IsoImageTest {

    private static final ByteSize LIMIT = ByteSize.ofMiB(1);

    @TempDir
    private Path folder;

    private final Processes processes = new Processes();
    private final byte[] kernel = Workbench.content(1, 300_000);
    private IsoImage iso;

    @BeforeEach
    void writeIso() throws IOException {
        var tree = Files.createDirectories(folder.resolve("tree"));
        Files.write(Files.createDirectories(tree.resolve("casper")).resolve("vmlinuz"), kernel);
        Files.write(tree.resolve("casper/huge"), Workbench.content(2, 2 << 20));
        link(tree.resolve("casper/kernel"), "vmlinuz");
        link(tree.resolve("install"), "casper");
        link(tree.resolve("absolute"), "/casper/vmlinuz");
        link(tree.resolve("passwd"), "/etc/passwd");
        link(tree.resolve("casper/climbing"), "../../../../etc/passwd");
        link(tree.resolve("round"), "round");
        var file = folder.resolve("installer.iso");
        processes.check(Command.of("xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-V", "Test 1.0 amd64")
                .with("-o", file.toString(), tree.toString()));
        iso = IsoImage.open(file, processes);
    }

    @AfterEach
    void leaveNoProcess() {
        processes.close();
    }

    @Test
    void theLabelIsTheVolumeId() {
        assertThat(iso.label()).isEqualTo("Test 1.0 amd64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/casper/vmlinuz", "/casper/kernel", "/install/vmlinuz", "/install/kernel", "/absolute"})
    void aFileIsExtractedThroughLinks(String path) throws IOException {
        var target = folder.resolve("build/kernel");

        assertThat(iso.extract(path, target, LIMIT)).isEqualTo(target).hasBinaryContent(kernel);
        assertThat(Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)).isTrue();
        try (var files = Files.list(folder.resolve("build"))) {
            assertThat(files).containsExactly(target);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/passwd", "/casper/climbing", "/casper/initrd", "/nothing/vmlinuz", "/casper/vmlinuz/more"})
    void filesOutsideOfTheImageAreNotFound(String path) {
        var target = folder.resolve("build/kernel");

        var failure = catchThrowableOfType(Failure.class, () -> iso.extract(path, target, LIMIT));

        assertThat(failure).hasMessageEndingWith("installer.iso does not contain " + path + ": there is no such file");
        assertThat(failure.remedy()).contains("-find / -type f");
        assertThat(target).doesNotExist();
    }

    @Test
    void aFolderIsNotExtracted() {
        assertThatThrownBy(() -> iso.extract("/casper", folder.resolve("kernel"), LIMIT))
                .hasMessageEndingWith("does not contain /casper: it is not a file");
    }

    @Test
    void aLinkLoopIsDetected() {
        assertThatThrownBy(() -> iso.extract("/round", folder.resolve("kernel"), LIMIT))
                .hasMessageEndingWith("does not contain /round: too many symbolic links");
    }

    @Test
    void aTooLargeFileIsNotExtracted() {
        assertThatThrownBy(() -> iso.extract("/casper/huge", folder.resolve("build/kernel"), LIMIT))
                .hasMessageContaining("/casper/huge in ")
                .hasMessageEndingWith("has a size of 2 MiB, expected at most 1 MiB");
        assertThat(folder.resolve("build")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "casper/vmlinuz",
                "/casper/../vmlinuz",
                "/casper/*",
                "/",
                "",
                "/casper//vmlinuz",
                "/a b",
                "-extract"
            })
    void anInvalidPathIsRefused(String path) {
        assertThatThrownBy(() -> iso.extract(path, folder.resolve("kernel"), LIMIT))
                .hasMessage("Invalid path in an ISO image: '" + path + "'");
    }

    @Test
    void aFileThatIsNotAnIsoIsRejected() throws IOException {
        var disk = Files.write(folder.resolve("disk.iso"), Workbench.content(3, 100_000));
        var page = Files.writeString(folder.resolve("page.iso"), "<html>");

        for (var file : new Path[] {disk, page}) {
            assertThatThrownBy(() -> IsoImage.open(file, processes)).hasMessage(file + " is not an ISO 9660 image");
        }
    }

    private static void link(Path link, String target) throws IOException {
        Files.createSymbolicLink(link, Path.of(target));
    }
}
