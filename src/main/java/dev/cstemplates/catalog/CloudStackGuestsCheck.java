/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Installation;
import java.util.ArrayList;
import java.util.List;

/** Checks that the guest OS data is valid and refers to existing definitions. */
public final class CloudStackGuestsCheck implements DefinitionCheck {

    private static final String DATA = "configs/cloudstack/guests.yaml";

    private final Installation installation;
    private final Catalog catalog;

    public CloudStackGuestsCheck(Installation installation, Catalog catalog) {
        this.installation = installation;
        this.catalog = catalog;
    }

    @Override
    public String id() {
        return "cloudstack-guests";
    }

    @Override
    public List<CheckResult> inspect(List<Definition> definitions) {
        CloudStackGuests guests;
        try {
            guests = CloudStackGuests.load(installation);
        } catch (Failure failure) {
            return List.of(error(DATA, failure.message()));
        }
        var ids = catalog.definitions().stream().map(Definition::id).toList();
        var findings = new ArrayList<CheckResult>();
        for (var id : guests.definitions()) {
            if (!ids.contains(id)) {
                findings.add(error(DATA, "there is no definition '" + id + "'" + Suggestions.question(id, ids)));
            }
        }
        return findings;
    }
}
