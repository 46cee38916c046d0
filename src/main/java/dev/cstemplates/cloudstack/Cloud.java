/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import java.util.List;

/** What a cloud offers: zones, hypervisors, guest-OS types, offerings, networks; and who calls. */
public final class Cloud {

    private final CloudStackClient client;

    Cloud(CloudStackClient client) {
        this.client = client;
    }

    public List<Zone> zones() {
        return client.list(Call.of("listZones"), "zone").stream()
                .map(JsonFields::new)
                .map(Zone::of)
                .toList();
    }

    /** The hypervisors with hosts in a zone, by their CloudStack names. */
    public List<String> hypervisors(String zone) {
        return client.list(Call.of("listHypervisors").with("zoneid", zone), "hypervisor").stream()
                .map(each -> each.path("name").asString(""))
                .toList();
    }

    /** Guest-OS types with exactly this description; the server also matches longer ones. */
    public List<OsType> osTypes(String description) {
        return client.list(Call.of("listOsTypes").with("description", description), "ostype").stream()
                .map(JsonFields::new)
                .map(OsType::of)
                .filter(each -> each.description().equalsIgnoreCase(description))
                .toList();
    }

    public List<Offering> offerings() {
        return client.list(Call.of("listServiceOfferings"), "serviceoffering").stream()
                .map(JsonFields::new)
                .map(Offering::of)
                .toList();
    }

    public List<Network> networks(String zone) {
        return client.list(Call.of("listNetworks").with("zoneid", zone), "network").stream()
                .map(JsonFields::new)
                .map(Network::of)
                .toList();
    }

    /** The user whose keys sign the calls. */
    public record Caller(String user, String account, String domain, String role, String roleType) {

        /** Whether it is neither a root nor a domain administrator. */
        public boolean isUser() {
            return roleType.equals("User");
        }
    }

    /** The user that the keys belong to; empty texts if the server lists no such user. */
    public Caller caller(Credentials credentials) {
        var users = client.list(Call.of("listUsers").with("listall", false), "user").stream()
                .map(JsonFields::new)
                .toList();
        return users.stream()
                .filter(each -> each.text("apikey").equals(credentials.apiKey()))
                .findFirst()
                // Servers that hide API keys list only the caller; among several users without keys it is unknown.
                .or(() -> users.stream().filter(_ -> users.size() == 1).findFirst())
                .map(each -> new Caller(
                        each.text("username"),
                        each.text("account"),
                        each.text("domain"),
                        each.text("rolename"),
                        each.text("roletype")))
                .orElse(new Caller("", "", "", "", ""));
    }
}
