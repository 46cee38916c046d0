/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** cloud-init's configuration for the first boot of a base disk: lets root log in with one key, and changes nothing else. */
final class CloudInitSeed {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .build();

    private CloudInitSeed() {}

    /** The NoCloud user-data that gives root {@code publicKey}. */
    static String userData(String publicKey) {
        var config = new LinkedHashMap<String, Object>();
        config.put("users", List.of());
        config.put("disable_root", false);
        config.put("ssh_pwauth", false);
        config.put("ssh_authorized_keys", List.of(publicKey));
        // Generating RSA keys is slow under emulation, and these host keys are discarded after one boot.
        config.put("ssh_genkeytypes", List.of("ed25519", "ecdsa"));
        config.put("preserve_hostname", true);
        config.put("package_update", false);
        config.put("package_upgrade", false);
        config.put("apt", Map.of("preserve_sources_list", true));
        config.put("growpart", Map.of("mode", "off"));
        config.put("resize_rootfs", false);
        config.put("locale", false);
        // It would record this machine's disk as the target of GRUB updates.
        config.put("grub_dpkg", Map.of("enabled", false));
        config.put("final_message", "cst: cloud-init is done after $UPTIME s");
        return "#cloud-config\n" + YAML.writeValueAsString(config);
    }

    /** The NoCloud meta-data; no later instance has this instance ID. */
    static String metaData() {
        var data = new LinkedHashMap<String, Object>();
        data.put("instance-id", "cst-preparation");
        data.put("local-hostname", "cst-preparation");
        return YAML.writeValueAsString(data);
    }
}
