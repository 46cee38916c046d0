package dev.cstemplates.packer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** What cloud-init is told when the base disk boots: let root in with one key, and leave everything else as it is. */
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
        // RSA takes long to make under emulation, and these host keys are thrown away after one boot.
        config.put("ssh_genkeytypes", List.of("ed25519", "ecdsa"));
        config.put("preserve_hostname", true);
        config.put("package_update", false);
        config.put("package_upgrade", false);
        config.put("apt", Map.of("preserve_sources_list", true));
        config.put("growpart", Map.of("mode", "off"));
        config.put("resize_rootfs", false);
        config.put("locale", false);
        // It would note this machine's disk as the one that updates of GRUB write to.
        config.put("grub_dpkg", Map.of("enabled", false));
        config.put("final_message", "cst: cloud-init is done after $UPTIME s");
        return "#cloud-config\n" + YAML.writeValueAsString(config);
    }

    /** The NoCloud meta-data; the instance id is never that of a later instance. */
    static String metaData() {
        var data = new LinkedHashMap<String, Object>();
        data.put("instance-id", "cst-preparation");
        data.put("local-hostname", "cst-preparation");
        return YAML.writeValueAsString(data);
    }
}
