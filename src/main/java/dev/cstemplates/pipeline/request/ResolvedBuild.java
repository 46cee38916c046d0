/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
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
 * What to build, resolved for this host.
 *
 * @param source how the first disk is created
 * @param hypervisors the variants to export
 * @param mirror URL of the package mirror during the build; null for the definition's own
 * @param securityMirror the same for security updates
 * @param medium the ISO or cloud image that the user passed; null for the vendor's newest
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
     * A file that the user downloaded.
     *
     * @param digest the vendor's digest; a file with another one is refused
     */
    public record LocalMedium(Path file, Digest digest) {}

    public ResolvedBuild {
        hypervisors = new TreeSet<>(hypervisors);
    }

    /** The same build without host-specific settings, for the keys of layers. */
    public ResolvedBuild anywhere() {
        return new ResolvedBuild(definition, architecture, source, hypervisors, null, null, Accelerator.TCG, null);
    }

    /** Template and architecture, which its layers belong to, for example {@code debian-12-x86_64}. */
    public String subject() {
        return definition.id() + "-" + architecture.id();
    }

    /**
     * Where the build's medium comes from; a {@link Failure} of kind usage if the source needs none, or if the vendor requires an account
     * and the user passed no file.
     */
    public MediaSource mediaSource() {
        var media = definition.medium(architecture, source);
        return medium == null ? media.published() : media.local(medium.file(), medium.digest());
    }

    /** The definition's settings for this architecture. */
    public Definition.Target target() {
        var target = definition.architectures().get(architecture);
        if (target == null) {
            throw new IllegalStateException(definition.id() + " was checked to support " + architecture.id());
        }
        return target;
    }

    /** Factor by which guests are slower than with hardware virtualization. */
    public int slowness() {
        return accelerator == Accelerator.TCG ? definition.limits().emulationFactor() : 1;
    }
}
