package dev.cstemplates.catalog;

import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/** What a schema can't see in what a definition says of repositories: keys that mean nothing, addresses that no mirror replaces. */
final class BootstrapSemanticValidator {

    private BootstrapSemanticValidator() {}

    static List<Problem> of(MappingNode root, Definition definition) {
        var found = new ArrayList<Problem>();
        if (!(definition.bootstrap() instanceof Bootstrap.Rpm rpm)) {
            return found;
        }
        for (var i = 0; i < rpm.keys().size(); i++) {
            var key = rpm.keys().get(i);
            if (!definition.keys().containsKey(key)) {
                found.add(CatalogLoader.problem(
                        root,
                        List.of("bootstrap", "keys", i),
                        "there is no key '" + key + "' in 'keys'"
                                + Suggestions.question(key, definition.keys().keySet())));
            }
        }
        if (rpm.repositories().isEmpty()) {
            found.add(CatalogLoader.problem(
                    root, List.of("bootstrap"), "there are no 'repositories', here or in 'installer'"));
        }
        for (var repository : rpm.repositories()) {
            if (!repository.url().startsWith(rpm.mirror() + "/")) {
                found.add(CatalogLoader.problem(
                        root,
                        List.of("bootstrap", "mirror"),
                        "the repository '" + repository.name() + "' does not begin with it: " + repository.url()));
            }
        }
        return found;
    }
}
