package dev.cstemplates.catalog;

import java.util.List;

/** Something that {@code cst check} looks at beyond the schema. Needs no network and changes nothing. */
@FunctionalInterface
public interface DefinitionCheck {

    /** What is to be said about {@code definitions}; empty when all is well. */
    List<Finding> inspect(List<Definition> definitions);
}
