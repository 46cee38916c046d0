/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import java.util.List;
import java.util.Optional;

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

    /** A secondary storage VM; {@code isUp} when it runs and its agent is connected. */
    public record StorageVm(String name, String state, String agentState) {

        public boolean isUp() {
            return state.equalsIgnoreCase("Running") && agentState.equalsIgnoreCase("Up");
        }
    }

    /** The secondary storage VMs of a zone; empty for callers that may not list them: only root administrators may by default. */
    public Optional<List<StorageVm>> storageVms(String zone) {
        if (!client.capabilities().missing(List.of("listSystemVms")).isEmpty()) {
            return Optional.empty();
        }
        var call = Call.of("listSystemVms").with("zoneid", zone).with("systemvmtype", "secondarystoragevm");
        return Optional.of(client.list(call, "systemvm").stream()
                .map(JsonFields::new)
                .map(each -> new StorageVm(each.text("name"), each.text("state"), each.text("agentstate")))
                .toList());
    }

    /** The user whose keys sign the calls. */
    public record Caller(String user, String account, String domain, String role) {}

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
                        each.text("username"), each.text("account"), each.text("domain"), each.text("rolename")))
                .orElse(new Caller("", "", "", ""));
    }
}
