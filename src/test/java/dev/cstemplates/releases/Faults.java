/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.releases;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Planted faults and traces of a build, from {@code faults.yaml}.
 *
 * @param all in the order in which they are planted
 * @param traces by package family, and {@code common}
 */
record Faults(List<Fault> all, JsonNode traces) {

    /**
     * A fault that an offline check has to find.
     *
     * @param check the check that must fail
     * @param says what its result must name, so that it fails because of this fault
     * @param plant commands that plant it in the finished system
     * @param only the package families, architectures or sources that it is planted in; all without any
     */
    record Fault(String check, String says, String plant, List<String> only) {

        boolean isFor(ReleaseRow row) {
            return only.isEmpty()
                    || only.contains(row.definition().packageFamily())
                    || only.contains(row.architecture().id())
                    || only.contains(row.source().id());
        }
    }

    static Faults read() {
        var file = YAMLMapper.builder().build().readTree(ReleaseProfile.FOLDER.resolve("faults.yaml"));
        return new Faults(
                StreamSupport.stream(file.path("faults").spliterator(), false)
                        .map(each -> new Fault(
                                each.path("check").asString(),
                                each.path("says").asString(),
                                each.path("plant").asString(),
                                List.copyOf(ReleaseProfile.texts(each.path("only")))))
                        .toList(),
                file.path("leftovers"));
    }

    List<Fault> of(ReleaseRow row) {
        return all.stream().filter(fault -> fault.isFor(row)).toList();
    }

    /** Plants all faults at once: each belongs to a check of its own. */
    String script(ReleaseRow row) {
        return of(row).stream()
                .map(fault -> "( set -e\n" + fault.plant() + "\n) || echo 'Cannot plant " + fault.check() + "'\n")
                .collect(Collectors.joining());
    }

    /** Files that a build leaves, and that the clean-up must remove or empty. */
    List<String> leftovers(String family) {
        var names = new ArrayList<>(ReleaseProfile.texts(traces.path("common")));
        names.addAll(ReleaseProfile.texts(traces.path(family)));
        return names;
    }
}
