package dev.cstemplates.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {

    private static final Draft.DraftDisk DISK = new Draft.DraftDisk("kvm", "qcow2", 4L << 30, "ab".repeat(32));

    @TempDir
    Path folder;

    private ArtifactStore store;

    @BeforeEach
    void openStore() {
        var clock = Clock.fixed(Instant.parse("2026-11-22T23:59:59Z"), ZoneOffset.UTC);
        store = new ArtifactStore(folder.resolve("artifacts"), folder.resolve("locks"), clock);
    }

    @Test
    void storesUnderTheDaysNextVersionWithDescriptiveNames() throws IOException {
        var first = store.add(draft("disk"));
        var second = store.add(draft("other disk"));

        assertThat(first.reference()).isEqualTo("debian-12@20261122.1");
        assertThat(second.reference()).isEqualTo("debian-12@20261122.2");
        assertThat(first.folder().resolve("debian-12-20261122.1-x86_64-kvm.qcow2"))
                .hasContent("disk");
        assertThat(store.find("debian-12").reference()).isEqualTo("debian-12@20261122.2");
        assertThat(store.find("debian-12@20261122.1").manifest()).isEqualTo(first.manifest());
    }

    @Test
    void theTenthVersionIsNewerThanTheNinth() throws IOException {
        for (var i = 0; i < 10; i++) {
            store.add(draft("disk " + i));
        }

        assertThat(store.find("debian-12").manifest().version()).isEqualTo("20261122.10");
    }

    @Test
    void theManifestHasTheDigestsOfItsFiles() throws IOException {
        var entry = store.add(draft("abc")).manifest().files().getFirst();

        assertThat(entry.size()).isEqualTo(3);
        assertThat(entry.sha256()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(entry.sha512()).startsWith("ddaf35a193617abacc417349ae204131");
    }

    @Test
    void verifyFindsEveryKindOfDamage() throws IOException {
        var artifact = store.add(draft("disk"));
        var file = artifact.folder().resolve("debian-12-20261122.1-x86_64-kvm.qcow2");
        assertThat(store.verify(artifact)).isEmpty();

        assertThat(file.toFile().setWritable(true)).isTrue();
        Files.writeString(file, "dusk");
        assertThat(store.verify(artifact)).singleElement().asString().contains("has been modified");
        Files.writeString(file, "longer");
        assertThat(store.verify(artifact)).singleElement().asString().contains("6 bytes");
        Files.delete(file);
        assertThat(store.verify(artifact)).singleElement().asString().contains("missing");
        Files.writeString(artifact.folder().resolve("stranger"), "");
        assertThat(store.verify(artifact)).hasSize(2).last().asString().contains("not in the manifest");
    }

    @Test
    void verifyRejectsPathsOutsideTheArtifact() throws IOException {
        var artifact = store.add(draft("disk"));
        var manifest = artifact.folder().resolve(ArtifactStore.MANIFEST);
        Files.writeString(
                manifest,
                Files.readString(manifest).replace("debian-12-20261122.1-x86_64-kvm.qcow2", "../../../etc/passwd"));

        assertThat(store.verify(store.find("debian-12"))).anyMatch(wrong -> wrong.contains("outside the artifact"));
    }

    @Test
    void aFailedAddLeavesNoArtifact() {
        var broken = new Draft(
                "debian-12",
                "Debian 12",
                "x86_64",
                "cst",
                "d",
                1,
                new Manifest.ValidationSummary(true, 0, 0, 0, 0),
                new TreeMap<>(),
                List.of(new Draft.DraftFile(folder.resolve("missing"), "kvm.qcow2", "disk", DISK)),
                List.of());

        assertThatThrownBy(() -> store.add(broken)).isInstanceOf(Failure.class);

        assertThat(store.list()).isEmpty();
        assertThat(folder.resolve("artifacts/debian-12")).isEmptyDirectory();
    }

    @Test
    void theErrorOfAnUnknownArtifactSaysHowToBuildIt() {
        assertThatThrownBy(() -> store.find("debian-12"))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.remedy()).contains("cst build debian-12"));
    }

    @Test
    void anInvalidManifestHidesOnlyItsOwnArtifact() throws IOException {
        var artifact = store.add(draft("disk"));
        store.add(draft("disk"));
        Files.writeString(artifact.folder().resolve(ArtifactStore.MANIFEST), "{");

        assertThat(store.list()).extracting(Artifact::reference).containsExactly("debian-12@20261122.2");
    }

    private Draft draft(String content) throws IOException {
        var disk = Files.writeString(folder.resolve("disk.qcow2"), content);
        return new Draft(
                "debian-12",
                "Debian 12",
                "x86_64",
                "cst",
                "d",
                1L << 32,
                new Manifest.ValidationSummary(true, 40, 0, 1, 1),
                new TreeMap<>(),
                List.of(new Draft.DraftFile(disk, "kvm.qcow2", "disk", DISK)),
                List.of(new Manifest.InstalledPackage("wget", "1.21", "amd64", 1000)));
    }
}
