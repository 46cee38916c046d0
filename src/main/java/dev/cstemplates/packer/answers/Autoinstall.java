/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer.answers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Ubuntu's autoinstall, as cloud-init's user-data for the installer's live system. */
final class Autoinstall {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.LITERAL_BLOCK_STYLE)
            .build();

    /** After an error, the installer prints the output of these commands on the console, which otherwise shows no cause. */
    private static final List<String> ERROR_COMMANDS = List.of(
            "journalctl --boot --no-pager --output=cat --lines=40 --priority=warning",
            "tail -n 60 /var/log/installer/curtin-install.log");

    private Autoinstall() {}

    static Map<String, String> files(InstallerAnswers plan, String publicKey, String finish) {
        var answers = new LinkedHashMap<String, Object>();
        answers.put("version", 1);
        answers.put("refresh-installer", Map.of("update", false));
        answers.put("source", Map.of("id", "ubuntu-server-minimal"));
        answers.put("locale", plan.locale());
        answers.put("keyboard", Map.of("layout", "us"));
        answers.put("timezone", plan.timezone());
        // Later steps need a mirror: without one the installation ends at once, with a message that says so.
        var apt = map("geoip", false, "fallback", "abort");
        var mirror = plan.mirror();
        if (mirror != null) {
            apt.put("mirror-selection", Map.of("primary", List.of(Map.of("uri", mirror.archive()))));
        }
        answers.put("apt", apt);
        answers.put("storage", storage(plan));
        answers.put("ssh", map("install-server", true, "allow-pw", false));
        answers.put("kernel", Map.of("package", plan.kernelPackage()));
        answers.put("packages", plan.packages());
        answers.put("updates", "security");
        // Otherwise curtin decides by the memory of the machine that installs. Releases before 24.10 ignore the key
        // with a warning.
        answers.put("kernel-crash-dumps", Map.of("enabled", false));
        // Without user-data the installer requires an account. This applies to the first boot, during the preparation.
        answers.put("user-data", map("users", List.of(), "disable_root", false, "ssh_pwauth", false));
        answers.put("late-commands", List.of(finish(plan, publicKey, finish)));
        answers.put("error-commands", ERROR_COMMANDS);
        answers.put("shutdown", "poweroff");
        return Map.of(
                "user-data",
                "#cloud-config\n" + YAML.writeValueAsString(Map.of("autoinstall", answers)),
                "meta-data",
                YAML.writeValueAsString(Map.of("instance-id", "cst-installation")));
    }

    /** An argument list, which no shell parses. */
    private static List<String> finish(InstallerAnswers plan, String publicKey, String script) {
        return List.of(
                "curtin",
                "in-target",
                "--",
                "env",
                "CST_PUBLIC_KEY=" + publicKey,
                "CST_BOOTLOADERS=" + String.join(" ", plan.bootloaderPackages()),
                "bash",
                "-c",
                script);
    }

    /** Curtin's storage actions: one GPT disk that boots by BIOS and UEFI, with the root partition last so that it can grow. */
    private static Map<String, Object> storage(InstallerAnswers plan) {
        var actions = new ArrayList<Map<String, Object>>();
        actions.add(map(
                "type",
                "disk",
                "id",
                "disk",
                "match",
                Map.of("size", "largest"),
                "ptable",
                "gpt",
                "wipe",
                "superblock"));
        if (plan.bootsByBios()) {
            actions.add(map("type", "partition", "id", "bios", "device", "disk", "size", "1M", "flag", "bios_grub"));
        }
        actions.add(map(
                "type",
                "partition",
                "id",
                "esp",
                "device",
                "disk",
                "size",
                "256M",
                "flag",
                "boot",
                "grub_device",
                true));
        actions.add(map("type", "partition", "id", "root", "device", "disk", "size", -1));
        actions.add(map("type", "format", "id", "esp-format", "volume", "esp", "fstype", "fat32"));
        actions.add(map("type", "format", "id", "root-format", "volume", "root", "fstype", "ext4"));
        actions.add(map("type", "mount", "id", "root-mount", "device", "root-format", "path", "/"));
        actions.add(map("type", "mount", "id", "esp-mount", "device", "esp-format", "path", "/boot/efi"));
        return map("swap", Map.of("size", 0), "config", actions);
    }

    /** An ordered map from alternating keys and values. */
    static Map<String, Object> map(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (var i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
