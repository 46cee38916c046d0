/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import java.util.List;

/** A check of {@code cst check} beyond the schema. Needs no network and changes nothing. */
public interface DefinitionCheck {

    /** Stable name of the check, for example {@code answer-files}. */
    String id();

    /** Everything that did not pass; the title of a result is what it is about, for example {@code debian-12} or a file and line. */
    List<CheckResult> inspect(List<Definition> definitions);

    /** The definition cannot be built as it is. */
    default CheckResult error(String subject, String message) {
        return new CheckResult(id(), subject, Status.FAILED, message);
    }

    /** It can be built, but the operator should know. */
    default CheckResult warning(String subject, String message) {
        return new CheckResult(id(), subject, Status.WARNING, message);
    }

    /** It could not be checked on this host. */
    default CheckResult skipped(String subject, String message) {
        return new CheckResult(id(), subject, Status.SKIPPED, message);
    }
}
