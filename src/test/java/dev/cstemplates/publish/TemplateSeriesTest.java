/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cloudstack.Template;
import dev.cstemplates.cloudstack.TemplateState;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The current version according to the tags. */
class TemplateSeriesTest {

    private static final String MONDAY = "2026-11-23T08:00:00Z";
    private static final String TUESDAY = "2026-11-24T08:00:00Z";

    @Test
    void theLastPromotedVersionIsCurrent() {
        var series = series(
                version("20261120.2", TemplateTags.PROMOTED, TUESDAY),
                version("20261120.10", TemplateTags.PROMOTED, MONDAY),
                version("20261121.1"));

        assertThat(states(series)).containsExactly(ReleaseState.CURRENT, ReleaseState.FORMER, ReleaseState.CANDIDATE);
    }

    @Test
    void afterAWithdrawalThePreviousVersionIsCurrent() {
        var series = series(
                version("20261120.1", TemplateTags.PROMOTED, MONDAY),
                version("20261121.1", TemplateTags.PROMOTED, TUESDAY, TemplateTags.WITHDRAWN, TUESDAY));

        assertThat(states(series)).containsExactly(ReleaseState.CURRENT, ReleaseState.WITHDRAWN);
    }

    @Test
    void aRetiredVersionIsNeverCurrent() {
        var series = series(version("20261120.1", TemplateTags.PROMOTED, MONDAY, TemplateTags.RETIRED, TUESDAY));

        assertThat(states(series)).containsExactly(ReleaseState.RETIRED);
        assertThat(series.current()).isEmpty();
    }

    @Test
    void eachHypervisorAndArchitectureHasItsOwnSeries() {
        var kvm = version("20261120.1");
        var arm = version("20261120.1", TemplateTags.ARCHITECTURE, "aarch64");

        assertThat(TemplateSeries.of(List.of(kvm, arm))).hasSize(2);
    }

    private static TemplateSeries series(TemplateView... versions) {
        return TemplateSeries.of(List.of(versions)).getFirst();
    }

    private static List<ReleaseState> states(TemplateSeries series) {
        return series.versions().stream().map(series::state).toList();
    }

    private static TemplateView version(String version, String... tags) {
        var all = new TreeMap<String, String>();
        all.put(TemplateTags.ID, "debian-12");
        all.put(TemplateTags.ARCHITECTURE, "x86_64");
        all.put(TemplateTags.VERSION, version);
        for (var i = 0; i < tags.length; i += 2) {
            all.put(tags[i], tags[i + 1]);
        }
        return new TemplateView(List.of(new Template(
                version,
                "name",
                "text",
                "zone",
                "zone",
                "KVM",
                "QCOW2",
                "admin",
                "ROOT",
                "x86_64",
                false,
                false,
                false,
                true,
                true,
                "",
                "",
                1,
                null,
                null,
                "",
                "",
                List.of(),
                new TreeMap<>(),
                all,
                new TemplateState.Ready())));
    }
}
