package dev.cstemplates.artifact;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.NaturalOrder;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A template's version as users name it, {@code ID[@VERSION]} and optionally {@code --arch}, and the rule that chooses the version and
 * the architecture that they do not name.
 *
 * @param version for example {@code 20261122.1}; empty if none is named
 * @param architecture its {@linkplain Architecture#id() id}; empty if none is named
 */
public record VersionReference(String id, String version, String architecture) {

    /** What {@link #newestOf} chooses, for help texts. */
    public static final String DEFAULT =
            "Without @VERSION the newest one, for this host's architecture if it exists, else for the only"
                    + " existing architecture.";

    /** Oldest version first: {@code 20261130.9} before {@code 20261130.10}. */
    public static final Comparator<String> OLDEST_FIRST = new NaturalOrder();

    /**
     * Parses {@code ID} or {@code ID@VERSION}.
     *
     * @param architecture as the user typed it; null if none is named
     */
    public static VersionReference parse(String text, @Nullable String architecture) {
        var at = text.indexOf('@');
        return new VersionReference(
                at < 0 ? text : text.substring(0, at),
                at < 0 ? "" : text.substring(at + 1),
                architecture == null ? "" : Architecture.parse(architecture).id());
    }

    public boolean hasVersion() {
        return !version.isEmpty();
    }

    /** Whether {@code other} matches this reference. */
    public boolean matches(VersionReference other) {
        return other.id.equals(id)
                && (version.isEmpty() || other.version.equals(version))
                && (architecture.isEmpty() || other.architecture.equals(architecture));
    }

    /**
     * Chooses among complete references: the named version, else the newest one for this host's architecture, else for the only
     * existing architecture.
     *
     * @return empty if none matches
     * @throws Failure a usage error that lists the candidates if there are several architectures and none is this host's
     */
    public Optional<VersionReference> newestOf(Collection<VersionReference> candidates) {
        var matching = candidates.stream().filter(this::matches).toList();
        if (hasVersion()) {
            return matching.isEmpty() ? Optional.empty() : Optional.of(this);
        }
        var architectures =
                matching.stream().map(VersionReference::architecture).collect(Collectors.toCollection(TreeSet::new));
        if (architectures.isEmpty()) {
            return Optional.empty();
        }
        var host = Architecture.ofThisHost().id();
        if (architectures.size() > 1 && !architectures.contains(host)) {
            throw ambiguous(matching, host);
        }
        var chosen = architectures.contains(host) ? host : architectures.first();
        return matching.stream()
                .filter(each -> each.architecture.equals(chosen))
                .max(Comparator.comparing(VersionReference::version, OLDEST_FIRST));
    }

    private Failure ambiguous(Collection<VersionReference> candidates, String host) {
        return Failure.usage(
                "'" + id
                        + "' is ambiguous: there are versions for several architectures, none of them for this host's, "
                        + host,
                "Name the architecture with --arch, or one of: "
                        + candidates.stream()
                                .distinct()
                                .sorted(Comparator.comparing(VersionReference::version, OLDEST_FIRST))
                                .map(each -> each + " (" + each.architecture + ")")
                                .collect(Collectors.joining(", "))
                        + ".");
    }

    /** {@code ID} or {@code ID@VERSION}. */
    @Override
    public String toString() {
        return version.isEmpty() ? id : id + "@" + version;
    }
}
