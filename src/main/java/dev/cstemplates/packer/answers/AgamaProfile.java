/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer.answers;

import static dev.cstemplates.packer.answers.Autoinstall.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** The profile of Agama, the installer of SUSE's releases 16. */
final class AgamaProfile {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private AgamaProfile() {}

    static Map<String, String> files(InstallerAnswers plan, String publicKey, String finish) {
        var profile = map(
                "product", product(plan),
                "localization", map("language", "en_US.UTF-8", "keyboard", "us", "timezone", plan.timezone()),
                "root", map("sshPublicKey", publicKey),
                "software", software(plan),
                "storage", storage(plan),
                "bootloader", map("timeout", 2, "extraKernelParams", plan.consoles()),
                // Accept the default answer to every question.
                "questions", map("policy", "auto"),
                "scripts", map("post", List.of(map("name", "finish.sh", "chroot", true, "content", finish))));
        return Map.of("autoinst.json", JSON.writerWithDefaultPrettyPrinter().writeValueAsString(profile) + "\n");
    }

    private static Map<String, Object> product(InstallerAnswers plan) {
        var product = map("id", Objects.requireNonNull(plan.product()));
        var subscription = plan.subscription();
        if (subscription != null) {
            product.put("registrationEmail", subscription.account());
            product.put("registrationCode", subscription.code());
        }
        return product;
    }

    private static Map<String, Object> software(InstallerAnswers plan) {
        var packages = Stream.of(List.of(plan.kernelPackage()), plan.bootloaderPackages(), plan.packages())
                .flatMap(List::stream)
                .toList();
        return plan.pattern() == null
                ? map("packages", packages)
                : map("patterns", List.of(plan.pattern()), "packages", packages);
    }

    /** One GPT disk that boots by BIOS and UEFI, with the root partition last so that it can grow; no btrfs, no swap. */
    private static Map<String, Object> storage(InstallerAnswers plan) {
        var partitions = new ArrayList<Map<String, Object>>();
        partitions.add(map("search", "*", "delete", true));
        if (plan.bootsByBios()) {
            partitions.add(map("id", "bios_boot", "size", "1 MiB"));
        }
        partitions.add(map(
                "id",
                "esp",
                "size",
                "256 MiB",
                "filesystem",
                map("type", "vfat", "path", "/boot/efi", "mountBy", "uuid")));
        partitions.add(
                map("size", map("min", "2 GiB"), "filesystem", map("type", "ext4", "path", "/", "mountBy", "uuid")));
        return map(
                "boot", map("configure", false),
                "drives", List.of(map("ptableType", "gpt", "partitions", partitions)));
    }
}
