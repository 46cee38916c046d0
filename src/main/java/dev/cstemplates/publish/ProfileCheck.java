/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.core.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Checks a profile's keys, permissions and values. */
public final class ProfileCheck {

    /** The calls that each purpose needs. */
    private static final Map<String, List<String>> NEEDED = new LinkedHashMap<>();

    static {
        NEEDED.put(
                "publish by URL",
                List.of(
                        "listZones",
                        "listHypervisors",
                        "listOsTypes",
                        "listTemplates",
                        "registerTemplate",
                        "copyTemplate",
                        "deleteTemplate",
                        "createTags",
                        "deleteTags",
                        "queryAsyncJobResult"));
        NEEDED.put("publish by upload", List.of("getUploadParamsForTemplate"));
        NEEDED.put("promote, roll back, retire, share", List.of("updateTemplate", "updateTemplatePermissions"));
        NEEDED.put("prune", List.of("listVirtualMachines", "deleteTemplate"));
        NEEDED.put("user-data", List.of("listUserData", "linkUserDataToTemplate"));
        NEEDED.put(
                "deploy-test",
                List.of(
                        "listServiceOfferings",
                        "listNetworks",
                        "registerSSHKeyPair",
                        "deleteSSHKeyPair",
                        "listSSHKeyPairs",
                        "deployVirtualMachine",
                        "startVirtualMachine",
                        "stopVirtualMachine",
                        "resetPasswordForVirtualMachine",
                        "destroyVirtualMachine",
                        "expungeVirtualMachine"));
    }

    /**
     * The result.
     *
     * @param version of CloudStack; empty if unknown
     * @param rateLimit empty if there is none
     * @param missing calls that the role does not allow, by purpose
     * @param problems with the profile's own values
     * @param limits what the account may not do although the role allows the calls
     */
    public record ProfileReport(
            String account,
            String domain,
            String role,
            String version,
            String rateLimit,
            List<String> zones,
            Map<String, List<String>> missing,
            List<String> problems,
            List<String> limits) {}

    private final CloudStack cloud;

    public ProfileCheck(CloudStack cloud) {
        this.cloud = cloud;
    }

    public ProfileReport run(Profile profile) {
        return ErrorTranslation.get(() -> {
            var capabilities = cloud.capabilities();
            var version = capabilities.version();
            var caller = cloud.caller();
            var missing = new LinkedHashMap<String, List<String>>();
            NEEDED.forEach((purpose, commands) -> {
                var unavailable = capabilities.missing(commands);
                if (!unavailable.isEmpty()) {
                    missing.put(purpose, unavailable);
                }
            });
            var zones = cloud.cloud().zones();
            return new ProfileReport(
                    caller.account(),
                    caller.domain(),
                    caller.role(),
                    version,
                    capabilities.rateLimit(),
                    zones.stream().map(each -> each.name()).toList(),
                    missing,
                    problems(profile),
                    limits(profile));
        });
    }

    /** {@code listApis} does not know these: the server refuses them later. */
    private List<String> limits(Profile profile) {
        var limits = new ArrayList<String>();
        if (profile.test() != null && !cloud.capabilities().mayExpunge()) {
            limits.add(
                    "the account may not expunge instances (allow.user.expunge.recover.vm): a deploy test's instance is destroyed, and blocks the deletion of its template until CloudStack expunges it");
        }
        if (profile.visibility() != Profile.Audience.PRIVATE
                && !cloud.capabilities().mayMakePublic()) {
            limits.add(
                    "the account may not make templates public (allow.public.user.templates), unless it is a domain administrator's: the profile's visibility cannot be applied");
        }
        return limits;
    }

    private List<String> problems(Profile profile) {
        var problems = new ArrayList<String>();
        var zones = cloud.cloud().zones();
        profile.zones().stream()
                .filter(name -> zones.stream()
                        .noneMatch(zone -> zone.name().equals(name) || zone.id().equals(name)))
                .forEach(name -> problems.add("no zone '" + name + "'"));
        var test = profile.test();
        if (test != null) {
            try {
                NameLookup.offering(cloud, test.offering());
            } catch (Failure e) {
                problems.add(e.message().substring(0, 1).toLowerCase(Locale.ROOT)
                        + e.message().substring(1));
            }
        }
        return problems;
    }
}
