/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import java.util.List;

/**
 * A disk that was published.
 *
 * @param template the template's id, the same in every zone
 * @param isNew whether this run created it
 */
public record Publication(TemplateDisk disk, String template, boolean isNew, List<ZoneState> zones) {

    public Publication {
        zones = List.copyOf(zones);
    }

    public boolean isReady() {
        return zones.stream().allMatch(ZoneState::isReady);
    }
}
