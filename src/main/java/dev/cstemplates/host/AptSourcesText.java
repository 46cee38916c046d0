package dev.cstemplates.host;

import dev.cstemplates.host.AptSources.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses apt's two formats of sources (sources.list(5)). */
final class AptSourcesText {

    private static final Pattern LINE =
            Pattern.compile("deb\\s+(?:\\[(?<options>[^\\]]*)]\\s+)?(?<uri>\\S+)\\s+(?<suite>\\S+)(?<components>.*)");
    private static final Pattern SIGNED_BY = Pattern.compile("signed-by=(\\S+)");

    private AptSourcesText() {}

    /** {@code deb [options] uri suite components…}, one per line. */
    static List<Source> ofLines(String text) {
        return text.lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(match -> {
                    var options = match.group("options");
                    var key = SIGNED_BY.matcher(options == null ? "" : options);
                    return new Source(
                            trimmed(match.group("uri")),
                            match.group("suite"),
                            list(match.group("components")),
                            key.find() ? key.group(1) : "");
                })
                .toList();
    }

    /** Stanzas of {@code Field: value}, every URI with every suite. */
    static List<Source> ofStanzas(String text) {
        var all = new ArrayList<Source>();
        for (var stanza : text.split("\\R(?:[ \\t]*\\R)+", -1)) {
            var fields = fields(stanza);
            var isOff = List.of("no", "false", "off", "0", "without", "disable")
                    .contains(fields.getOrDefault("enabled", "yes").toLowerCase(Locale.ROOT));
            if (isOff || !list(fields.getOrDefault("types", "")).contains("deb")) {
                continue;
            }
            for (var uri : list(fields.getOrDefault("uris", ""))) {
                for (var suite : list(fields.getOrDefault("suites", ""))) {
                    all.add(new Source(
                            trimmed(uri),
                            suite,
                            list(fields.getOrDefault("components", "")),
                            fields.getOrDefault("signed-by", "")));
                }
            }
        }
        return all;
    }

    static String trimmed(String uri) {
        return uri.replaceFirst("/+$", "");
    }

    private static Map<String, String> fields(String stanza) {
        var fields = new TreeMap<String, String>();
        var name = "";
        for (var line : stanza.lines().filter(each -> !each.startsWith("#")).toList()) {
            var colon = line.indexOf(':');
            if (line.startsWith(" ") || line.startsWith("\t")) {
                fields.merge(name, line.strip(), (before, more) -> before + "\n" + more);
            } else if (colon > 0) {
                name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                fields.put(name, line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.strip().split("\\s+", -1))
                .filter(each -> !each.isEmpty())
                .toList();
    }
}
