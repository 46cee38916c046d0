/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;

/** A file, or a file that it extends, is invalid. */
final class DefinitionLoadException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    DefinitionLoadException(List<Problem> problems) {
        super(problems.toString());
        this.problems = List.copyOf(problems);
    }

    static DefinitionLoadException at(Node node, String where, String message) {
        return new DefinitionLoadException(List.of(YamlTree.problemAt(node, where, message)));
    }

    static DefinitionLoadException whole(String file, String message) {
        return new DefinitionLoadException(List.of(new Problem(file, 1, 1, "", message)));
    }

    List<Problem> problems() {
        return problems;
    }
}
