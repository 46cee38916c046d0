/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.media.SigningKey;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Warns about releases without security updates and expired keys, also when the date is near. */
public final class SupportCheck implements DefinitionCheck {

    private final LocalDate today;

    public SupportCheck(LocalDate today) {
        this.today = today;
    }

    @Override
    public String id() {
        return "support";
    }

    @Override
    public List<CheckResult> inspect(List<Definition> definitions) {
        var findings = new ArrayList<CheckResult>();
        for (var definition : definitions) {
            support(definition, findings);
            definition.keys().forEach((name, key) -> expiry(definition, name, key, findings));
        }
        return findings;
    }

    private void support(Definition definition, List<CheckResult> findings) {
        switch (definition.supportOn(today)) {
            case SUPPORTED -> {}
            case ENDS_SOON ->
                findings.add(warning(
                        definition.id(),
                        definition.title() + " receives security updates until " + definition.eol() + ", for "
                                + ChronoUnit.DAYS.between(today, definition.eol())
                                + " more days; plan for a newer release"));
            case ENDED ->
                findings.add(warning(
                        definition.id(),
                        definition.title() + " has had no security updates since " + definition.eol()
                                + "; build a newer release"));
        }
    }

    private void expiry(Definition definition, String name, SigningKey key, List<CheckResult> findings) {
        var expires = key.expires();
        if (expires == null) {
            return;
        }
        var what = "the key '" + name + "' (" + key.fingerprint() + ")";
        if (!today.isBefore(expires)) {
            findings.add(warning(
                    definition.id(),
                    what + " expired on " + expires + ": media signed with it are rejected; add its successor"));
        } else if (isNear(expires)) {
            findings.add(warning(
                    definition.id(), what + " expires on " + expires + "; check whether the vendor has extended it"));
        }
    }

    private boolean isNear(LocalDate day) {
        return ChronoUnit.DAYS.between(today, day) <= Definition.Support.NOTICE;
    }
}
