/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.request;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Media;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.Tool;
import dev.cstemplates.host.Tools;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Selects one of a definition's sources. */
public final class SourceSelection {

    private SourceSelection() {}

    /**
     * A source for one host.
     *
     * @param reason why it is not the definition's first one; empty if it is, or if the user chose it
     */
    public record Choice(Source source, String reason) {}

    /**
     * The source to build {@code definition} from: {@code requested}, else the first one for the architecture whose programs {@code host}
     * has, else the first one.
     *
     * @throws Failure of kind usage if there is no source for the architecture, or not the requested one
     */
    public static Choice choose(
            Definition definition, Architecture architecture, @Nullable Source requested, Host host) {
        var sources = definition.sources(architecture);
        if (sources.isEmpty()) {
            throw Failure.usage(
                    "Cannot build %s for %s: no source supports that architecture"
                            .formatted(definition.id(), architecture.id()),
                    "Its sources are " + join(definition.sources()) + "; see 'cst show " + definition.id() + "'.");
        }
        if (requested != null) {
            if (!sources.contains(requested)) {
                throw Failure.usage(
                        "%s has no source '%s' for %s".formatted(definition.id(), requested.id(), architecture.id()),
                        "Use one of: " + join(sources) + ".");
            }
            return new Choice(requested, "");
        }
        var first = sources.getFirst();
        var missing = missing(definition, first, host);
        return sources.stream()
                .filter(source -> isUnaided(definition, architecture, source))
                .filter(source -> missing(definition, source, host).isEmpty())
                .filter(source -> source != first)
                .findFirst()
                .filter(_ -> !missing.isEmpty())
                .map(source -> new Choice(
                        source,
                        "%s: using source %s, because source %s requires %s, which this host does not have; to install: cst doctor %s --fix"
                                .formatted(
                                        definition.id(),
                                        source.id(),
                                        first.id(),
                                        String.join(", ", missing),
                                        definition.id())))
                .orElse(new Choice(first, ""));
    }

    /** The programs that a source uses in addition to {@link Tools#required()}. */
    public static List<Tool> tools(Definition definition, Source source) {
        if (source != Source.BOOTSTRAP) {
            return List.of();
        }
        return switch (definition.packageFamily()) {
            case "apt" -> List.of(Tools.MMDEBSTRAP, Tools.GPG, Tools.CURL);
            case "dnf" -> List.of(Tools.DNF_TOOL, Tools.RPM_TOOL, Tools.GPG, Tools.CURL);
            case "zypper" -> List.of(Tools.ZYPPER_TOOL, Tools.RPM_TOOL, Tools.GPG, Tools.CURL);
            default -> throw new IllegalStateException("Unknown package family " + definition.packageFamily());
        };
    }

    private static List<String> missing(Definition definition, Source source, Host host) {
        return tools(definition, source).stream()
                .map(Tool::program)
                .filter(program -> host.path().find(program).isEmpty())
                .toList();
    }

    /** The definition's sources that need no file that only the user can download. */
    public static List<Source> unaided(Definition definition) {
        return definition.sources().stream()
                .filter(source -> definition.architectures().keySet().stream()
                        .anyMatch(architecture -> isUnaided(definition, architecture, source)))
                .toList();
    }

    /** Whether a source needs no such file for one architecture. */
    public static boolean isUnaided(Definition definition, Architecture architecture, Source source) {
        var target = definition.architectures().get(architecture);
        return definition.sources(architecture).contains(source)
                && target != null
                && !(target.media(source) instanceof Media.Local);
    }

    private static String join(List<Source> sources) {
        return sources.stream().map(Source::id).collect(Collectors.joining(", "));
    }
}
