package dev.cstemplates.pipeline.request;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.media.MediaSource;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What to build.
 *
 * @param source how the first disk comes to be
 * @param hypervisors the variants that are exported
 * @param mirror where packages come from during the build; null for the definition's own
 * @param securityMirror the same for security updates
 * @param medium the ISO or cloud image that the operator brings; null for the vendor's newest
 */
public record ResolvedBuild(
        Definition definition,
        Architecture architecture,
        Source source,
        SortedSet<Hypervisor> hypervisors,
        @Nullable String mirror,
        @Nullable String securityMirror,
        Accelerator accelerator,
        @Nullable LocalMedium medium) {

    /**
     * A file that the operator has downloaded.
     *
     * @param digest the one that its vendor shows: the file counts only with it
     */
    public record LocalMedium(Path file, Digest digest) {}

    public ResolvedBuild {
        hypervisors = new TreeSet<>(hypervisors);
    }

    /** The same build without what only decides how and from where it is made: what layers' keys depend on. */
    public ResolvedBuild anywhere() {
        return new ResolvedBuild(definition, architecture, source, hypervisors, null, null, Accelerator.TCG, null);
    }

    /** What its layers belong to, for example {@code debian-12-x86_64}. */
    public String subject() {
        return definition.id() + "-" + architecture.id();
    }

    /**
     * Where the build's medium comes from; a {@link Failure} of kind usage if the source needs none, or if the vendor requires an account
     * and the operator passed no file.
     */
    public MediaSource mediaSource() {
        var media = definition.medium(architecture, source);
        return medium == null ? media.published() : media.local(medium.file(), medium.digest());
    }

    /** What the definition says of this build's architecture. */
    public Definition.Target target() {
        var target = definition.architectures().get(architecture);
        if (target == null) {
            throw new IllegalStateException(definition.id() + " was checked to know " + architecture.id());
        }
        return target;
    }

    /** How much longer a guest takes here than with hardware virtualization. */
    public int slowness() {
        return accelerator == Accelerator.TCG ? definition.limits().emulationFactor() : 1;
    }
}
