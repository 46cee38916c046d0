package dev.cstemplates.artifact;

import java.nio.file.Path;

/**
 * A finished artifact in the store.
 *
 * @param folder {@code artifacts/<id>/<version>}
 */
public record Artifact(Manifest manifest, Path folder) {

    /** For example {@code debian-12@20261122.1}. */
    public String reference() {
        return manifest.id() + "@" + manifest.version();
    }

    /** Its id, version and architecture. */
    public VersionReference versionReference() {
        return new VersionReference(manifest.id(), manifest.version(), manifest.architecture());
    }

    public Path file(Manifest.FileEntry entry) {
        return folder.resolve(entry.name());
    }
}
