package dev.cstemplates.cloudstack;

import java.util.List;

/** What a cloud offers: zones, hypervisors, guest-OS types, offerings, networks, limits. */
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

    /** CloudStack's names of the hypervisors that have hosts in a zone. */
    public List<String> hypervisors(String zone) {
        return client.list(Call.of("listHypervisors").with("zoneid", zone), "hypervisor").stream()
                .map(each -> each.path("name").asString(""))
                .toList();
    }

    /** Those whose description is exactly {@code description}; the server alone would find longer ones too. */
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

    /** How much of something an account may have. */
    public record Limit(String name, long most) {

        /** Whether there is a limit at all. */
        public boolean isLimited() {
            return most >= 0;
        }
    }

    /** The account's limits: numbers of things, GiB of storage. */
    public List<Limit> limits() {
        return client.list(Call.of("listResourceLimits"), "resourcelimit").stream()
                .map(JsonFields::new)
                .map(each -> new Limit(each.text("resourcetypename"), each.number("max")))
                .toList();
    }

    /** Who calls. */
    public record Caller(String user, String account, String domain, String role) {}

    /** The account that the keys belong to. */
    public Caller caller(Credentials credentials) {
        var users = client.list(Call.of("listUsers").with("listall", false), "user").stream()
                .map(JsonFields::new)
                .toList();
        return users.stream()
                .filter(each -> each.text("apikey").equals(credentials.apiKey()))
                .findFirst()
                .or(() -> users.stream().findFirst())
                .map(each -> new Caller(
                        each.text("username"), each.text("account"), each.text("domain"), each.text("rolename")))
                .orElse(new Caller("", "", "", ""));
    }
}
