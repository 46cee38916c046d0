package dev.cstemplates.validation.boot;

import dev.cstemplates.validation.Status;
import dev.cstemplates.validation.router.Instance;
import dev.cstemplates.validation.router.RouterLog;
import dev.cstemplates.validation.router.RouterLog.Service;
import dev.cstemplates.validation.router.VirtualRouter;
import java.util.List;
import java.util.stream.Collectors;

/** What the router saw of a guest. */
record RouterChecks(RouterLog log, Instance instance) {

    /** DHCP, the router's name and the metadata. */
    void network(CheckCollector.Group findings) {
        var leases = log.entries(
                Service.DHCP,
                entry -> entry.source().equals(instance.mac())
                        && entry.request().equals("DHCPACK")
                        && entry.answer().equals(instance.address()));
        findings.that(
                "dhcp-lease",
                "The guest takes its address by DHCP",
                !leases.isEmpty(),
                leases.isEmpty()
                        ? "No lease was taken by " + instance.mac()
                        : instance.address() + " to " + instance.mac());
        var fetched = asked(Service.METADATA, "/latest/meta-data/instance-id");
        findings.that(
                "metadata",
                "The guest fetches its metadata from the router",
                fetched.stream().anyMatch(entry -> entry.answer().startsWith("200")),
                fetched.isEmpty()
                        ? "The instance id was never asked for; asked were: " + requests(Service.METADATA)
                        : "Asked " + fetched.size() + " times for its instance id");
        dataServer(findings, !fetched.isEmpty());
    }

    /** The password given out and acknowledged. */
    void password(CheckCollector.Group findings) {
        var sent = log.entries(Service.PASSWORD, entry -> entry.answer().equals(instance.password()));
        var acknowledged = log.entries(
                Service.PASSWORD,
                entry -> entry.request().equals("saved_password")
                        && entry.answer().equals("saved_password"));
        findings.that(
                "password-acknowledged",
                "The guest fetches the password and tells the password server so",
                !sent.isEmpty()
                        && !acknowledged.isEmpty()
                        && !acknowledged.getLast().at().isBefore(sent.getFirst().at()),
                log.entries(Service.PASSWORD, entry -> true).isEmpty()
                        ? "The password server was never asked (the image needs wget with cloud-init before 26.1)"
                        : "Password sent %d times, acknowledged %d times; asked were: %s"
                                .formatted(sent.size(), acknowledged.size(), requests(Service.PASSWORD)));
    }

    private void dataServer(CheckCollector.Group findings, boolean foundAnyway) {
        var title = "The guest finds the router by the name data-server";
        var lookups = log.entries(
                Service.DNS,
                entry -> entry.source().equals(instance.address())
                        && (entry.request().equals("data-server")
                                || entry.request().startsWith("data-server.")));
        if (lookups.isEmpty() && foundAnyway) {
            // systemd-resolved sends no name of one label, unless the lease's domain is a search domain.
            findings.add(
                    "data-server",
                    title,
                    Status.WARN,
                    "DNS was never asked for the name; the router was found by the DHCP lease or the gateway");
            return;
        }
        var found = lookups.stream()
                .filter(entry -> entry.answer().equals(VirtualRouter.ADDRESS))
                .findFirst();
        findings.that(
                "data-server",
                title,
                found.isPresent(),
                found.map(entry -> entry.request() + " is " + entry.answer())
                        .orElse(
                                lookups.isEmpty()
                                        ? "The name was never looked up"
                                        : "DNS did not know it: "
                                                + lookups.getFirst().answer()));
    }

    private List<RouterLog.Entry> asked(Service service, String request) {
        return log.entries(
                service,
                entry -> entry.source().equals(instance.address())
                        && entry.request().equals(request));
    }

    private String requests(Service service) {
        var all = log.entries(service, entry -> true).stream()
                .map(entry -> entry.request() + " → "
                        + entry.answer().lines().findFirst().orElse(""))
                .distinct()
                .limit(10)
                .collect(Collectors.joining(", "));
        return all.isEmpty() ? "nothing" : all;
    }
}
