/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.boot;

import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.validation.router.Instance;
import dev.cstemplates.validation.router.RouterLog;
import dev.cstemplates.validation.router.RouterLog.Service;
import dev.cstemplates.validation.router.VirtualRouter;
import java.util.List;
import java.util.stream.Collectors;

/** Checks what the router logged about a guest. */
final class RouterChecks {

    private final RouterLog log;
    private final Instance instance;

    RouterChecks(RouterLog log, Instance instance) {
        this.log = log;
        this.instance = instance;
    }

    /** DHCP, the router's name and the metadata. */
    void network(CheckCollector.Group group) {
        var leases = log.entries(
                Service.DHCP,
                entry -> entry.source().equals(instance.mac())
                        && entry.request().equals("DHCPACK")
                        && entry.answer().equals(instance.address()));
        group.that(
                "dhcp-lease",
                "The guest gets its address by DHCP",
                !leases.isEmpty(),
                leases.isEmpty()
                        ? "No DHCP lease for " + instance.mac()
                        : instance.address() + " to " + instance.mac());
        var fetched = requestsFor(Service.METADATA, "/latest/meta-data/instance-id");
        group.that(
                "metadata",
                "The guest fetches its metadata from the router",
                fetched.stream().anyMatch(entry -> entry.answer().startsWith("200")),
                fetched.isEmpty()
                        ? "The instance id was never requested; requests: " + requests(Service.METADATA)
                        : "Requested its instance id " + fetched.size() + " times");
        dataServer(group, !fetched.isEmpty());
    }

    /** The password given out and acknowledged. */
    void password(CheckCollector.Group group) {
        var sent = log.entries(Service.PASSWORD, entry -> entry.answer().equals(instance.password()));
        var acknowledged = log.entries(
                Service.PASSWORD,
                entry -> entry.request().equals("saved_password")
                        && entry.answer().equals("saved_password"));
        group.that(
                "password-acknowledged",
                "The guest fetches its password and acknowledges it",
                !sent.isEmpty()
                        && !acknowledged.isEmpty()
                        && !acknowledged.getLast().at().isBefore(sent.getFirst().at()),
                log.entries(Service.PASSWORD, entry -> true).isEmpty()
                        ? "No request to the password server (cloud-init before 26.1 requires wget)"
                        : "Password sent %d times, acknowledged %d times; requests: %s"
                                .formatted(sent.size(), acknowledged.size(), requests(Service.PASSWORD)));
    }

    private void dataServer(CheckCollector.Group group, boolean foundOtherwise) {
        var title = "The guest resolves the router's name data-server";
        var lookups = log.entries(
                Service.DNS,
                entry -> entry.source().equals(instance.address())
                        && (entry.request().equals("data-server")
                                || entry.request().startsWith("data-server.")));
        if (lookups.isEmpty() && foundOtherwise) {
            // systemd-resolved does not query single-label names, unless the lease's domain is a search domain.
            group.add(
                    "data-server",
                    title,
                    Status.WARNING,
                    "No DNS query for the name; the router was found by the DHCP lease or the gateway");
            return;
        }
        var found = lookups.stream()
                .filter(entry -> entry.answer().equals(VirtualRouter.ADDRESS))
                .findFirst();
        group.that(
                "data-server",
                title,
                found.isPresent(),
                found.map(entry -> entry.request() + " is " + entry.answer())
                        .orElse(
                                lookups.isEmpty()
                                        ? "No DNS query for the name"
                                        : "DNS does not resolve it: "
                                                + lookups.getFirst().answer()));
    }

    private List<RouterLog.LogEntry> requestsFor(Service service, String request) {
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
        return all.isEmpty() ? "none" : all;
    }
}
