package dev.cstemplates.artifact;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.core.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The finished artifacts: {@code artifacts/<id>/<version>/} with {@code manifest.json} and the files that it lists.
 *
 * <p>Artifacts are stored atomically; their files are read-only.
 */
public final class ArtifactStore {

    /** The file of an artifact that describes the others. */
    public static final String MANIFEST = "manifest.json";

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC);
    private static final Pattern VERSION = Pattern.compile("(\\d{8})\\.(\\d{1,6})");
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");

    private static final List<Digest.Algorithm> DIGESTS = List.of(Digest.Algorithm.SHA256, Digest.Algorithm.SHA512);

    private final Path root;
    private final Path locks;
    private final Clock clock;

    public ArtifactStore(Path root, Path locks, Clock clock) {
        this.root = root;
        this.locks = locks;
        this.clock = clock;
    }

    /** All artifacts by id, the oldest version first, except those with an unreadable manifest. */
    public List<Artifact> list() {
        var artifacts = new ArrayList<Artifact>();
        for (var id : folders(root)) {
            for (var version : folders(id)) {
                if (VERSION.matcher(version.getFileName().toString()).matches()) {
                    readable(version).ifPresent(artifacts::add);
                }
            }
        }
        artifacts.sort(Comparator.comparing((Artifact each) -> each.manifest().id())
                .thenComparing(each -> each.manifest().version(), VersionReference.OLDEST_FIRST));
        return artifacts;
    }

    /** {@link #find(VersionReference)} of {@code ID} or {@code ID@VERSION}, for any architecture. */
    public Artifact find(String reference) {
        return find(VersionReference.parse(reference, null));
    }

    /** The named artifact; without a version, the one that {@link VersionReference#newestOf} chooses. */
    public Artifact find(VersionReference reference) {
        var artifacts = list();
        return reference
                .newestOf(artifacts.stream().map(Artifact::versionReference).toList())
                .flatMap(chosen -> artifacts.stream()
                        .filter(each -> chosen.matches(each.versionReference()))
                        .findFirst())
                .orElseThrow(() -> missing(reference));
    }

    private Failure missing(VersionReference reference) {
        var id = reference.id();
        return Failure.usage(
                "No artifact '" + reference + "'"
                        + (reference.architecture().isEmpty() ? "" : " for " + reference.architecture()) + " in "
                        + root,
                "List the artifacts with 'cst artifacts list', or build one with 'cst build "
                        + (ID.matcher(id).matches() ? id : "ID") + "'.");
    }

    /** The artifact of exactly this id and version, if it exists and is readable. */
    public Optional<Artifact> find(String id, String version) {
        if (!ID.matcher(id).matches() || !VERSION.matcher(version).matches()) {
            return Optional.empty();
        }
        return readable(root.resolve(id).resolve(version));
    }

    /** Stores a new artifact under the day's next version. */
    public Artifact add(Draft draft) {
        var home = CstHome.createDirectories(root.resolve(draft.id()));
        try (var _ = LockFile.acquire(locks.resolve("artifacts-" + draft.id() + ".lock"), () -> {})) {
            var version = nextVersion(home);
            var staging = home.resolve("." + version + ".part");
            try {
                FileTrees.delete(staging);
                Files.createDirectory(staging);
                var manifest = fill(staging, version, draft);
                JsonFiles.write(staging.resolve(MANIFEST), manifest);
                FileTrees.publish(staging, home.resolve(version));
                return new Artifact(manifest, home.resolve(version));
            } finally {
                FileTrees.delete(staging);
            }
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot store the artifact of " + draft.id() + " in " + home + ": " + e.getMessage(),
                            "Check for a full disk: df -h " + root)
                    .because(e);
        }
    }

    /**
     * Verifies every file of an artifact against the manifest.
     *
     * @return the errors, one sentence each; empty if there are none
     */
    public List<String> verify(Artifact artifact) {
        var wrong = new ArrayList<String>();
        var named = new TreeSet<String>();
        for (var entry : artifact.manifest().files()) {
            named.add(entry.name());
            verify(artifact, entry).ifPresent(wrong::add);
        }
        try (var files = Files.list(artifact.folder())) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(MANIFEST) && !named.contains(name))
                    .sorted()
                    .forEach(name -> wrong.add(name + " is in the folder, but not in the manifest"));
        } catch (IOException e) {
            wrong.add("cannot list " + artifact.folder() + ": " + e.getMessage());
        }
        return wrong;
    }

    private static Optional<String> verify(Artifact artifact, Manifest.FileEntry entry) {
        var name = entry.name();
        if (!Path.of(name).getFileName().toString().equals(name)) {
            return Optional.of("the manifest lists '" + name + "', which is outside the artifact's folder");
        }
        try {
            var file = artifact.file(entry);
            if (!Files.isRegularFile(file)) {
                return Optional.of(name + " is missing");
            }
            if (Files.size(file) != entry.size()) {
                return Optional.of("%s has %d bytes instead of %d".formatted(name, Files.size(file), entry.size()));
            }
            var digests = Digest.of(DIGESTS, file);
            var sha256 = digests.getFirst().hex();
            return sha256.equals(entry.sha256()) && digests.getLast().hex().equals(entry.sha512())
                    ? Optional.empty()
                    : Optional.of(
                            name + " has been modified: its SHA-256 is " + sha256 + " instead of " + entry.sha256());
        } catch (IOException e) {
            return Optional.of("cannot read " + name + ": " + e.getMessage());
        }
    }

    private Manifest fill(Path staging, String version, Draft draft) throws IOException {
        var entries = new ArrayList<Manifest.FileEntry>();
        for (var file : draft.files()) {
            var name = "%s-%s-%s-%s".formatted(draft.id(), version, draft.architecture(), file.label());
            var stored = staging.resolve(name);
            Files.copy(file.source(), stored);
            stored.toFile().setReadOnly();
            var digests = Digest.of(DIGESTS, stored);
            var disk = Objects.requireNonNullElse(file.disk(), Draft.DraftDisk.NONE);
            entries.add(new Manifest.FileEntry(
                    name,
                    file.role(),
                    disk.hypervisor(),
                    disk.format(),
                    disk.virtualSize(),
                    disk.contentDigest(),
                    Files.size(stored),
                    digests.getFirst().hex(),
                    digests.getLast().hex()));
        }
        return new Manifest(
                Manifest.SCHEMA_VERSION,
                draft.id(),
                version,
                draft.title(),
                draft.architecture(),
                Instant.ofEpochSecond(clock.instant().getEpochSecond()),
                draft.tool(),
                draft.definitionDigest(),
                draft.virtualSize(),
                draft.validation(),
                draft.facts(),
                entries,
                draft.packages());
    }

    private String nextVersion(Path home) {
        var day = DAY.format(clock.instant());
        var last = folders(home).stream()
                .map(folder -> VERSION.matcher(folder.getFileName().toString()))
                .filter(version -> version.matches() && version.group(1).equals(day))
                .mapToInt(version -> Integer.parseInt(version.group(2)))
                .max()
                .orElse(0);
        return day + "." + (last + 1);
    }

    private Optional<Artifact> readable(Path folder) {
        var manifest = folder.resolve(MANIFEST);
        if (!Files.isRegularFile(manifest)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Artifact(JsonFiles.read(manifest, Manifest.class), folder));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<Path> folders(Path parent) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (var children = Files.list(parent)) {
            return children.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot list the artifacts in " + parent + ": " + e,
                            "Check the permissions of the directory.")
                    .because(e);
        }
    }
}
