/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.Cloud.StorageVm;
import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.Template;
import dev.cstemplates.cloudstack.TemplateState;
import dev.cstemplates.cloudstack.Zone;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Finds the zones where nothing happens with a template. The server does not report this: without a secondary storage VM, without storage or
 * with full storage it still registers the template, and after it was restarted a download may stay "Processing" forever.
 */
final class IdleZones {

    /** The management server asks the storage VM every ten seconds. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final CloudStack cloud;
    private final String name;
    private final Clock clock;
    private final Consumer<String> notice;
    private final Map<String, Instant> since = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private boolean isRefused;

    /** @param name the template's */
    IdleZones(CloudStack cloud, String name, Clock clock, Consumer<String> notice) {
        this.cloud = cloud;
        this.name = name;
        this.clock = clock;
        this.notice = notice;
    }

    /** The server refused the registration in one of the zones: those that have not begun never will. */
    void hasBeenRefused() {
        isRefused = true;
    }

    /** Forgets what was seen: the template is registered again. */
    void restart() {
        since.clear();
        told.clear();
        isRefused = false;
    }

    /**
     * Whether nothing has happened in a zone for a minute.
     *
     * @param isOurs whether this run started it; a download of this run may also be slow to begin
     */
    boolean isIdle(Zone zone, Template entry, boolean isOurs) {
        var isUnclaimed = TemplateView.isUnclaimed(entry);
        var hasNotBegun = entry.state() instanceof TemplateState.Working(var percent, var status)
                && percent == 0
                && !isOurs
                && status.equalsIgnoreCase("Processing");
        if (!isUnclaimed && !hasNotBegun) {
            since.remove(zone.id());
            return false;
        }
        if (isUnclaimed && isRefused) {
            return true;
        }
        var now = clock.instant();
        var isIdle = !since.computeIfAbsent(zone.id(), id -> now).plus(LIMIT).isAfter(now);
        if (isIdle && told.add(zone.id())) {
            notice.accept("%s: nothing has happened in zone %s for a minute%s"
                    .formatted(
                            name, zone.name(), isUnclaimed ? "; no image store has taken it up: " + cause(zone) : ""));
        }
        return isIdle;
    }

    private String cause(Zone zone) {
        return cloud.cloud()
                .storageVms(zone.id())
                .map(vms -> vms.stream()
                        .map(vm -> "its secondary storage VM %s is %s, the agent %s"
                                .formatted(vm.name(), vm.state(), vm.agentState()))
                        .collect(Collectors.joining("; ")))
                .filter(text -> !text.isEmpty())
                .orElse("its secondary storage VM may be away, or its storage missing or full");
    }

    /** Whether the caller can see that the zone's secondary storage VM works. */
    boolean isStorageUp(Zone zone) {
        return cloud.cloud().storageVms(zone.id()).stream()
                .anyMatch(vms -> vms.stream().anyMatch(StorageVm::isUp));
    }
}
