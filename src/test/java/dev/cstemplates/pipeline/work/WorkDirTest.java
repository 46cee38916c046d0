package dev.cstemplates.pipeline.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.CstHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirTest {

    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void aBuildDoesNotRemoveTheWorkOfARunningValidationOrVerification() throws IOException {
        try (var validation = open(WorkDir.Kind.VALIDATION, "validate-1");
                var verification = open(WorkDir.Kind.VERIFICATION, "verify-debian-12@20261122.1")) {
            var disk = Files.writeString(validation.path().resolve("overlay.qcow2"), "half");
            var copy = Files.writeString(verification.path().resolve("raw"), "half");

            open(WorkDir.Kind.BUILD, "debian-12").close();

            assertThat(disk).exists();
            assertThat(copy).exists();
            assertThat(WorkDir.isInUse(validation.path())).isTrue();
        }
        assertThat(home().work()).isEmptyDirectory();
    }

    @Test
    void twoWorkDirectoriesWithTheSameIdAreSeparate() {
        try (var first = open(WorkDir.Kind.BUILD, "debian-12");
                var second = open(WorkDir.Kind.BUILD, "debian-12")) {
            assertThat(first.path()).isNotEqualTo(second.path());
            assertThat(first.logs()).isEqualTo(second.logs());
        }
    }

    @Test
    void theLogDirectoryIsCreatedOnFirstUse() {
        try (var work = open(WorkDir.Kind.VERIFICATION, "verify-1")) {
            assertThat(home().builds()).doesNotExist();
            assertThat(work.logs()).isDirectory();
        }
    }

    @Test
    void aWorkDirectoryThatCannotBeRemovedIsAWarning() throws IOException {
        var work = open(WorkDir.Kind.BUILD, "debian-12");
        Files.move(home().work(), directory.resolve("elsewhere"));
        Files.createSymbolicLink(home().work(), home().work());

        work.close();

        assertThat(warnings).singleElement().asString().contains("Cannot remove the work directory " + work.path());
    }

    @Test
    void aDirectoryWithAnInvalidMarkerIsSwept() throws IOException {
        var left = Files.createDirectories(home().work().resolve("debian-12.1"));
        Files.createFile(left.resolve(".lock"));
        Files.writeString(left.resolve(WorkDir.MARKER), "{\"kind\":");

        open(WorkDir.Kind.BUILD, "debian-12").close();

        assertThat(left).doesNotExist();
        assertThat(warnings).isEmpty();
    }

    private WorkDir open(WorkDir.Kind kind, String id) {
        return WorkDir.open(home(), kind, id, warnings::add);
    }

    private CstHome home() {
        return new CstHome(directory.resolve("home"));
    }
}
