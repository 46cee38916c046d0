package dev.cstemplates.publish;

import dev.cstemplates.artifact.VersionReference;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A template that cst published to a cloud.
 *
 * @param hypervisor CloudStack's name
 * @param zones names of the zones where it is ready
 * @param notReady names of the others
 * @param isTested whether a deploy test passed
 */
public record Published(
        String template,
        String id,
        String version,
        String architecture,
        String hypervisor,
        String name,
        ReleaseState state,
        boolean isPublic,
        boolean isFeatured,
        boolean isTested,
        @Nullable Instant created,
        List<String> zones,
        List<String> notReady) {

    /** Its id, version and architecture. */
    public VersionReference versionReference() {
        return new VersionReference(id, version, architecture);
    }
}
