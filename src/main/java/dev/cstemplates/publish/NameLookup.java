/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.Network;
import dev.cstemplates.cloudstack.Offering;
import dev.cstemplates.core.Failure;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds what a profile names by id or by name. Names are not unique in CloudStack: several of one name are an error that lists their ids. */
final class NameLookup {

    private NameLookup() {}

    /** The caller's own network of this name; else one that it may use. */
    static Network network(CloudStack cloud, String zone, String zoneName, String wanted) {
        var all = cloud.cloud().networks(zone);
        var caller = cloud.caller();
        var own = all.stream()
                .filter(each -> each.name().equals(wanted)
                        && each.account().equals(caller.account())
                        && each.domain().equals(caller.domain()))
                .toList();
        return only(
                "network",
                " in zone " + zoneName,
                wanted,
                own.isEmpty() ? all : own,
                new Named<>(
                        Network::id,
                        Network::name,
                        each -> each.account().isEmpty() ? each.type() : each.type() + " of " + each.account()),
                "test.network");
    }

    /** A compute offering. */
    static Offering offering(CloudStack cloud, String wanted) {
        return only(
                "compute offering",
                "",
                wanted,
                cloud.cloud().offerings(),
                new Named<>(Offering::id, Offering::name, each -> ""),
                "test.offering");
    }

    /** How to read a thing's id, name, and what distinguishes it from others of the same name. */
    private record Named<T>(Function<T, String> id, Function<T, String> name, Function<T, String> detail) {

        String described(T thing) {
            var text = detail.apply(thing);
            return id.apply(thing) + (text.isEmpty() ? "" : " (" + text + ")");
        }
    }

    private static <T> T only(
            String kind, String where, String wanted, List<T> all, Named<T> named, String profileKey) {
        var byId = all.stream()
                .filter(each -> named.id().apply(each).equals(wanted))
                .findFirst();
        if (byId.isPresent()) {
            return byId.get();
        }
        var found = all.stream()
                .filter(each -> named.name().apply(each).equals(wanted))
                .toList();
        if (found.isEmpty()) {
            throw Failure.usage(
                    "No %s '%s'%s".formatted(kind, wanted, where),
                    "Set " + profileKey + " in the profile to an existing one.");
        }
        if (found.size() > 1) {
            throw Failure.usage(
                    "There are %d %ss '%s'%s: %s"
                            .formatted(
                                    found.size(),
                                    kind,
                                    wanted,
                                    where,
                                    found.stream().map(named::described).collect(Collectors.joining(", "))),
                    "Set " + profileKey + " in the profile to the id of one of them.");
        }
        return found.getFirst();
    }
}
