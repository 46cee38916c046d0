/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import dev.cstemplates.catalog.Bootstrap;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.validation.TemplateValidation;
import dev.cstemplates.validation.target.Expectations;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Derives what validation expects of a template from its definition. */
public final class ExpectationsFactory {

    private ExpectationsFactory() {}

    /** The expectations for a definition's KVM disk. */
    public static Expectations expectations(Definition definition, Architecture architecture) {
        return new Expectations(
                architecture,
                definition.family(),
                definition.release(),
                definition.packageFamily(),
                definition.machine().disk(),
                Objects.requireNonNull(definition.architectures().get(architecture))
                        .cpu(),
                definition.machine().cpus(),
                definition.machine().memory(),
                definition.guest().defaultUser(),
                definition.guest().passwordEnabled(),
                Objects.requireNonNull(definition.variants().get(Hypervisor.KVM))
                        .datasources(),
                mirrors(definition, architecture),
                definition.limits().boot(),
                definition.limits().emulationFactor());
    }

    private static List<String> mirrors(Definition definition, Architecture architecture) {
        return definition.bootstrap() instanceof Bootstrap.Apt apt
                ? Stream.of(apt.mirrorFor(architecture), apt.securityMirror())
                        .filter(Objects::nonNull)
                        .toList()
                : List.of();
    }

    /** The expectations for a definition's disk for another hypervisor. */
    public static TemplateValidation.Variant variant(Definition definition, Hypervisor hypervisor, Path file) {
        return new TemplateValidation.Variant(
                hypervisor,
                file,
                ExportPhase.formatOf(hypervisor).qemuName(),
                Objects.requireNonNull(definition.variants().get(hypervisor)).datasources());
    }
}
