/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

final class TestTemplates {

    private TestTemplates() {}

    static NewTemplate some() {
        return new NewTemplate(
                "debian-12",
                "Debian 12",
                "QCOW2",
                "KVM",
                "x86_64",
                "os-type",
                List.of("zone-1"),
                new TreeMap<>(Map.of("rootDiskController", "virtio", "nicAdapter", "virtio")),
                true,
                true,
                true,
                false);
    }
}
