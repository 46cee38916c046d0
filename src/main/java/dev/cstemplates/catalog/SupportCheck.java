package dev.cstemplates.catalog;

import java.time.LocalDate;
import java.util.List;

/**
 * Warns of releases without security updates.
 *
 * @param today the day to compare with
 */
public record SupportCheck(LocalDate today) implements DefinitionCheck {

    @Override
    public List<Finding> inspect(List<Definition> definitions) {
        return definitions.stream()
                .filter(definition -> definition.isPastSupportOn(today))
                .map(definition -> Finding.warning(
                        definition.id(),
                        definition.title() + " gets no security updates since " + definition.eol()
                                + "; build a newer release"))
                .toList();
    }
}
