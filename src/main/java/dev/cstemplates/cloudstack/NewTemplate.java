/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import java.util.List;
import java.util.SortedMap;

/**
 * A template to create.
 *
 * @param format CloudStack's name, for example {@code QCOW2}
 * @param hypervisor CloudStack's name, for example {@code KVM}
 * @param architecture {@code x86_64} or {@code aarch64}; servers before 4.20 support only the first
 * @param osType id of a guest-OS type
 * @param zones ids; exactly one for an upload
 * @param details settings of the hypervisor, for example {@code rootDiskController}; the server does not check their names
 * @param isPasswordEnabled whether instances get a password from CloudStack
 * @param isSshKeyEnabled whether instances accept an SSH key from CloudStack
 */
public record NewTemplate(
        String name,
        String displayText,
        String format,
        String hypervisor,
        String architecture,
        String osType,
        List<String> zones,
        SortedMap<String, String> details,
        boolean isPasswordEnabled,
        boolean isSshKeyEnabled,
        boolean isDynamicallyScalable,
        boolean isExtractable) {

    /** The server rejects longer names and texts. */
    public static final int LONGEST_NAME = 255;

    public static final int LONGEST_TEXT = 4096;

    public NewTemplate {
        zones = List.copyOf(zones);
        if (name.isBlank() || name.length() > LONGEST_NAME || displayText.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException("A template's name has 1 to 255 characters, its text at most 4096");
        }
        if (zones.isEmpty()) {
            throw new IllegalArgumentException("A template requires at least one zone");
        }
    }

    /** The same, for one zone only. */
    public NewTemplate in(String zone) {
        return in(List.of(zone));
    }

    /** The same, for other zones. */
    public NewTemplate in(List<String> zones) {
        return new NewTemplate(
                name,
                displayText,
                format,
                hypervisor,
                architecture,
                osType,
                zones,
                details,
                isPasswordEnabled,
                isSshKeyEnabled,
                isDynamicallyScalable,
                isExtractable);
    }

    Call addTo(Call call) {
        return call.with("name", name)
                .with("displaytext", displayText)
                .with("format", format)
                .with("hypervisor", hypervisor)
                .with("ostypeid", osType)
                .with("passwordenabled", isPasswordEnabled)
                .with("sshkeyenabled", isSshKeyEnabled)
                .with("isdynamicallyscalable", isDynamicallyScalable)
                .with("isextractable", isExtractable)
                .with("ispublic", false)
                .with("requireshvm", true)
                .with("arch", architecture)
                .withMap("details", details);
    }
}
