/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.LockFile;
import dev.cstemplates.packer.RenderedProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            assertThat(first.logs()).isNotEqualTo(second.logs());
        }
        try (var later = open(WorkDir.Kind.BUILD, "debian-12")) {
            assertThat(later.logs()).isEqualTo(home().builds().resolve("debian-12"));
        }
    }

    @Test
    void theSecretsOfARunningBuildSurviveTheSweepOfItsFormerOwner() throws IOException {
        var stuck = abandoned("debian-12.1", home().builds().resolve("debian-12"));
        var owner = LockFile.tryAcquire(stuck.resolve(".lock")).orElseThrow();
        try (var running = open(WorkDir.Kind.BUILD, "debian-12")) {
            var key = secret(running.logs(), "project/ssh");
            owner.close();

            open(WorkDir.Kind.VALIDATION, "validate-1").close();

            assertThat(key).exists();
            assertThat(stuck).doesNotExist();
        }
    }

    @Test
    void theSecretsOfAKilledBuildAreDeletedAndItsLogsStay() throws IOException {
        var logs = home().builds().resolve("debian-12");
        var answers = secret(logs, "project/answers");
        var halfWritten = secret(logs, ".project.part123/answers");
        var log = Files.writeString(logs.resolve("install/packer.log"), "log");
        var left = abandoned("debian-12.1", logs);

        open(WorkDir.Kind.BUILD, "rocky-9").close();

        assertThat(left).doesNotExist();
        assertThat(answers).doesNotExist();
        assertThat(halfWritten).doesNotExist();
        assertThat(log).exists();
        assertThat(warnings).isEmpty();
    }

    @Test
    void aRegistrationCodeOnTheConsoleOfAKilledBuildIsMasked() throws IOException {
        var logs = home().builds().resolve("sles-16.0");
        var project = Files.createDirectories(logs.resolve("install/project"));
        new RenderedProject(project, "install", List.of(), ByteSize.ofGiB(5), null).storeSecrets(List.of("CODE-1"));
        var console = Files.writeString(project.resolve("serial.log"), "code CODE-1 is invalid");
        var debug = Files.writeString(logs.resolve("install/packer-debug.log"), "-var code=CODE-1");
        abandoned("sles-16.0.1", logs);

        open(WorkDir.Kind.BUILD, "rocky-9").close();

        assertThat(console).content().isEqualTo("code ******** is invalid");
        assertThat(debug).content().isEqualTo("-var code=********");
        assertThat(project.resolve("secrets")).doesNotExist();
        assertThat(warnings).isEmpty();
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

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{\"kind\":", "null", "{}", "{\"kind\":\"OTHER\",\"id\":\"1\",\"logs\":\"file:///logs\"}"})
    void aDirectoryWithAnInvalidMarkerIsSwept(String content) throws IOException {
        var left = Files.createDirectories(home().work().resolve("debian-12.1"));
        Files.createFile(left.resolve(".lock"));
        Files.writeString(left.resolve(WorkDir.MARKER), content);

        open(WorkDir.Kind.BUILD, "debian-12").close();

        assertThat(left).doesNotExist();
        assertThat(warnings).isEmpty();
    }

    @Test
    void theSecretsOfABuildThatAnEarlierVersionLeftAreDeletedUnlessItRunsAgain() throws IOException {
        for (var id : List.of("debian-12", "rocky-9")) {
            var left = Files.createDirectories(home().work().resolve(id + ".2"));
            var disk = Files.writeString(left.resolve("disk"), "half");
            for (var each : List.of(disk, left)) {
                Files.setLastModifiedTime(each, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
            }
        }
        var oldKey = secret(home().builds().resolve("debian-12"), "project/answers");
        var running = abandoned("rocky-9.3", home().builds().resolve("rocky-9"));
        var owner = LockFile.tryAcquire(running.resolve(".lock")).orElseThrow();
        var key = secret(home().builds().resolve("rocky-9"), "project/answers");

        try (owner;
                var work = open(WorkDir.Kind.BUILD, "debian-13")) {
            try (var left = Files.list(home().work())) {
                assertThat(left).containsExactlyInAnyOrder(running, work.path());
            }
            assertThat(oldKey).doesNotExist();
            assertThat(key).exists();
        }
    }

    private Path abandoned(String name, Path logs) throws IOException {
        var left = Files.createDirectories(home().work().resolve(name));
        Files.createFile(left.resolve(".lock"));
        Files.writeString(
                left.resolve(WorkDir.MARKER),
                "{\"kind\": \"BUILD\", \"id\": \"debian-12\", \"logs\": \"%s\"}".formatted(logs.toUri()));
        return left;
    }

    private static Path secret(Path logs, String folder) throws IOException {
        return Files.writeString(
                Files.createDirectories(logs.resolve("install").resolve(folder)).resolve("secret"), "secret");
    }

    private WorkDir open(WorkDir.Kind kind, String id) {
        return WorkDir.open(home(), kind, id, warnings::add);
    }

    private CstHome home() {
        return new CstHome(directory.resolve("home"));
    }
}
