/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.host.Installation;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class SupportCheckTest {

    private final Catalog catalog = Catalog.load(new Installation(Path.of("").toAbsolutePath()));

    @Test
    void anEndOfLifeIsReportedNinetyDaysBefore() {
        assertThat(warnings("fedora-44", "2027-03-03")).isEmpty();
        assertThat(warnings("fedora-44", "2027-03-04"))
                .containsExactly(
                        "Fedora 44 receives security updates until 2027-06-02, for 90 more days; plan for a newer"
                                + " release");
        assertThat(warnings("fedora-44", "2027-06-03"))
                .containsExactly("Fedora 44 has had no security updates since 2027-06-02; build a newer release");
    }

    @Test
    void anExpiringKeyIsReportedNinetyDaysBefore() {
        assertThat(warnings("suse-leap-16.0", "2026-11-22")).isEmpty();
        assertThat(warnings("suse-leap-16.0", "2030-02-26"))
                .contains("the key 'opensuse' (AD485664E901B867051AB15F35A2F86E29B700A4) expires on 2030-05-27;"
                        + " check whether the vendor has extended it");
        assertThat(warnings("suse-leap-16.0", "2030-05-27"))
                .anySatisfy(message -> assertThat(message).contains("expired on 2030-05-27"));
    }

    private List<String> warnings(String id, String day) {
        return new SupportCheck(LocalDate.parse(day))
                .inspect(List.of(catalog.definition(id))).stream()
                        .map(CheckResult::detail)
                        .toList();
    }
}
