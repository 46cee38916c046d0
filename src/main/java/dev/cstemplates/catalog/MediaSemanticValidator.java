package dev.cstemplates.catalog;

import dev.cstemplates.core.Architecture;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/** What a schema can't see in what a definition says of media: names that mean nothing, limits that let nothing through. */
final class MediaSemanticValidator {

    private final MappingNode root;
    private final Definition definition;
    private final List<Problem> found = new ArrayList<>();

    private MediaSemanticValidator(MappingNode root, Definition definition) {
        this.root = root;
        this.definition = definition;
    }

    static List<Problem> of(MappingNode root, Definition definition) {
        return new MediaSemanticValidator(root, definition).all();
    }

    private List<Problem> all() {
        definition.architectures().forEach((architecture, target) -> {
            look(architecture, "iso", target.iso());
            look(architecture, "image", target.image());
            if (target.iso() != null && definition.installer() == null) {
                add(List.of("architectures", architecture.id(), "iso"), "an ISO needs an 'installer'");
            }
        });
        return found;
    }

    private void look(Architecture architecture, String kind, @Nullable Media media) {
        if (!(media instanceof Media.Published published)) {
            return;
        }
        var place = List.<Object>of("architectures", architecture.id(), kind);
        var keys = published.signature().keys();
        for (var i = 0; i < keys.size(); i++) {
            if (!definition.keys().containsKey(keys.get(i))) {
                add(
                        below(place, "signature", "keys", i),
                        "there is no key '" + keys.get(i) + "' in 'keys'"
                                + Suggestions.question(
                                        keys.get(i), definition.keys().keySet()));
            }
        }
        if (published.most().compareTo(published.least()) < 0) {
            add(below(place, "size"), "'most' is less than 'least'");
        }
        if (!published.checksum().indexed()
                && published.checksum().name().contains("{file}")
                && published.onlyName().isEmpty()) {
            add(
                    below(place, "checksum", "file"),
                    "'{file}' needs a 'file' that matches one name only (letters, digits, and dots behind a backslash)");
        }
        var pin = published.pin();
        if (pin == null) {
            return;
        }
        if (!published.names().matcher(pin.file()).matches()) {
            add(below(place, "pin", "file"), "'file' does not match '" + pin.file() + "'");
        }
        var digits = published.checksum().algorithm() == Media.Checksum.Algorithm.SHA256 ? 64 : 128;
        if (pin.digest().length() != digits) {
            add(below(place, "pin", "digest"), "the checksum's algorithm has " + digits + " digits");
        }
    }

    private static List<Object> below(List<Object> place, Object... steps) {
        var path = new ArrayList<>(place);
        path.addAll(List.of(steps));
        return path;
    }

    private void add(List<?> path, String message) {
        found.add(CatalogLoader.problem(root, path, message));
    }
}
