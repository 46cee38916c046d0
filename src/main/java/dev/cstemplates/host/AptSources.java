package dev.cstemplates.host;

import dev.cstemplates.core.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The apt sources of a host, which name the nearest mirror.
 *
 * <p>Third-party repositories often use the distribution's suite names. The archive itself is recognised by its keyring, or because the
 * same address also serves {@code <suite>-updates}.
 *
 * <p>Read from apt's files, not from {@code apt-get indextargets}: that leaves out sources whose lists are not downloaded, and does not
 * print {@code Signed-By} (specs/decisions/0013).
 *
 * @param sources enabled sources of binary packages, in apt's order
 */
public record AptSources(List<Source> sources) {

    /**
     * One source: an address with one suite.
     *
     * @param uri without a trailing slash
     * @param suite for example {@code bookworm-updates}
     * @param components for example {@code main}
     * @param signedBy path of the keyring, or the key itself; may be empty
     */
    public record Source(String uri, String suite, List<String> components, String signedBy) {

        public Source {
            components = List.copyOf(components);
        }
    }

    /**
     * The mirrors of a distribution.
     *
     * @param archive releases and updates
     * @param security security updates; empty where the host configures none
     */
    public record Mirrors(String archive, Optional<String> security) {}

    public AptSources {
        sources = List.copyOf(sources);
    }

    /** Reads {@code /etc/apt} of {@code host}; unreadable files are ignored, because not every host uses apt. */
    public static AptSources of(Host host) {
        var all = new ArrayList<Source>();
        readable(host.file("/etc/apt/sources.list")).ifPresent(text -> all.addAll(AptSourcesText.ofLines(text)));
        for (var file : listed(host.file("/etc/apt/sources.list.d"))) {
            var name = file.toString();
            if (name.endsWith(".list")) {
                readable(file).ifPresent(text -> all.addAll(AptSourcesText.ofLines(text)));
            } else if (name.endsWith(".sources")) {
                readable(file).ifPresent(text -> all.addAll(AptSourcesText.ofStanzas(text)));
            }
        }
        return new AptSources(all.stream()
                .flatMap(source -> withoutIndirection(host, source).stream())
                .filter(source -> source.uri().matches("https?://.+"))
                .toList());
    }

    /** The mirrors of {@code family} ({@code debian}, {@code ubuntu}) that carry {@code architecture}. */
    public Optional<Mirrors> mirrors(String family, Architecture architecture) {
        var archives = sources.stream()
                .filter(source -> !isSecurity(source) && source.components().contains("main"))
                .filter(source -> carries(source, family, architecture))
                .toList();
        var archive = archives.stream()
                .filter(source -> isSignedByTheDistribution(source, family))
                .findFirst()
                .or(() -> archives.stream()
                        .filter(this::servesUpdates)
                        .filter(s -> isNamed(s, family))
                        .findFirst())
                .or(() -> archives.stream()
                        .filter(source -> isPlain(source, family))
                        .findFirst());
        return archive.map(found -> new Mirrors(
                found.uri(),
                sources.stream()
                        .filter(AptSources::isSecurity)
                        .filter(source -> source.signedBy().equals(found.signedBy()))
                        .filter(source -> carries(source, family, architecture))
                        .map(Source::uri)
                        .findFirst()));
    }

    private boolean servesUpdates(Source source) {
        return sources.stream()
                .anyMatch(other -> other.uri().equals(source.uri())
                        && other.suite().equals(source.suite() + "-updates")
                        && other.signedBy().equals(source.signedBy()));
    }

    private static boolean isSecurity(Source source) {
        return source.suite().endsWith("-security") || source.suite().endsWith("/updates");
    }

    private static boolean isSignedByTheDistribution(Source source, String family) {
        return source.signedBy().contains(family + "-archive-");
    }

    /** Ubuntu serves other architectures than x86_64 from its ports archive. */
    private static boolean carries(Source source, String family, Architecture architecture) {
        var isPorts = source.uri().endsWith("-ports");
        return !family.equals("ubuntu") || isPorts == (architecture != Architecture.X86_64);
    }

    private static boolean isNamed(Source source, String family) {
        return source.uri().toLowerCase(Locale.ROOT).contains(family);
    }

    /** Whether a source looks as bootstrap tools write it: no key, and an address that ends like the archive's. */
    private static boolean isPlain(Source source, String family) {
        return source.signedBy().isEmpty()
                && source.uri().matches("https?://[^/]+(/pub|/mirrors?|/linux)*/" + family + "(-ports)?")
                && !source.uri().contains("ppa.");
    }

    /** Cloud images name a file that lists mirrors ({@code mirror+file:/etc/apt/mirrors/debian.list}): the first one is used. */
    private static Optional<Source> withoutIndirection(Host host, Source source) {
        if (!source.uri().startsWith("mirror+file:")) {
            return Optional.of(source);
        }
        var file = source.uri().substring("mirror+file:".length()).replaceFirst("^/+", "/");
        return host.text(file)
                .flatMap(text -> text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .findFirst())
                .map(line -> new Source(
                        AptSourcesText.trimmed(line.split("\\s+", -1)[0]),
                        source.suite(),
                        source.components(),
                        source.signedBy()));
    }

    private static List<Path> listed(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Optional<String> readable(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
