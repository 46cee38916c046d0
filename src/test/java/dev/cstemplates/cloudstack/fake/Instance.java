/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A virtual machine. */
public final class Instance {

    final long number;
    final String id = UUID.randomUUID().toString();
    final Account owner;
    final Zone zone;
    final Template template;
    final String name;
    final String displayName;
    final String offeringId;
    final String userData;
    final List<String> keyPairs;
    final Instant created;
    final Map<String, String> tags = new LinkedHashMap<>();
    final Map<String, String> details = new LinkedHashMap<>();

    String state = "Stopped";
    String password = "";
    long rootGiB;
    String address;
    Instant updated;

    Instance(
            long number,
            Account owner,
            Zone zone,
            Template template,
            String name,
            String displayName,
            String offeringId,
            String userData,
            List<String> keyPairs,
            Instant created) {
        this.number = number;
        this.owner = owner;
        this.zone = zone;
        this.template = template;
        this.name = name;
        this.displayName = displayName;
        this.offeringId = offeringId;
        this.userData = userData;
        this.keyPairs = keyPairs;
        this.created = created;
        this.updated = created;
        this.address = "10.1.1." + (10 + number % 200);
    }

    public Template template() {
        return template;
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    public String state() {
        return state;
    }

    /** The password that the password server returns; empty if the template has passwords disabled. */
    public String password() {
        return password;
    }

    /** The guest's user-data, still in base64. */
    public String userData() {
        return userData;
    }

    String named() {
        return "VM instance {\"id\":%d,\"instanceName\":\"i-%d-%d-VM\",\"state\":\"%s\",\"type\":\"User\",\"uuid\":\"%s\"}"
                .formatted(number, owner.number(), number, state, id);
    }
}
