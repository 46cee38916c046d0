/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * A zone.
 *
 * @param hypervisors hypervisors with hosts in the zone
 * @param networkId its only guest network
 */
public record Zone(
        String id,
        String name,
        int number,
        Set<String> hypervisors,
        String storeId,
        String networkId,
        String networkName) {

    static Zone of(String id, String name, int number, String storeId, String networkId, String... hypervisors) {
        return new Zone(
                id,
                name,
                number,
                new CopyOnWriteArraySet<>(Set.of(hypervisors)),
                storeId,
                networkId,
                "test-network-" + number);
    }

    String storeName() {
        return "SS" + (number - 1);
    }

    /** The zone as error messages print it. */
    String named() {
        return "Zone {\"id\": \"%d\", \"name\": \"%s\", \"uuid\": \"%s\"}".formatted(number, name, id);
    }
}
