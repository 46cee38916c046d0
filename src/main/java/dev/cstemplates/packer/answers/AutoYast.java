/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer.answers;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The profile of YaST, the installer of SUSE's releases 15. */
final class AutoYast {

    /** YaST's partition IDs. */
    private static final int LINUX = 131;

    private static final int ESP = 259;
    private static final int BIOS_BOOT = 263;

    private final InstallerAnswers plan;
    private final String publicKey;
    private final String finish;
    private final YastXml xml;

    private AutoYast(InstallerAnswers plan, String publicKey, String finish, YastXml xml) {
        this.plan = plan;
        this.publicKey = publicKey;
        this.finish = finish;
        this.xml = xml;
    }

    static Map<String, String> files(InstallerAnswers plan, String publicKey, String finish) {
        var xml = new YastXml();
        new AutoYast(plan, publicKey, finish, xml).profile();
        return Map.of("autoinst.xml", xml.document());
    }

    private void profile() {
        xml.map(
                "general",
                () -> xml.map("mode", () -> {
                    xml.flag("confirm", false);
                    // Finish in the first stage, and power off instead of booting the installed system.
                    xml.flag("second_stage", false);
                    xml.flag("halt", true);
                }));
        register();
        modules();
        xml.map("language", () -> xml.text("language", "en_US"));
        xml.map("keyboard", () -> xml.text("keymap", "english-us"));
        xml.map("timezone", () -> {
            xml.text("hwclock", "UTC");
            xml.text("timezone", plan.timezone());
        });
        xml.map("networking", () -> xml.flag("keep_install_network", true));
        disk();
        bootLoader();
        noCrashDumps();
        software();
        xml.map("services-manager", () -> {
            xml.text("default_target", "multi-user");
            xml.map("services", () -> xml.list("enable", "service", List.of("sshd")));
        });
        root();
        xml.map(
                "scripts",
                () -> xml.list(
                        "chroot-scripts",
                        () -> xml.map("script", () -> {
                            xml.text("filename", "finish.sh");
                            xml.text("interpreter", "/bin/bash");
                            xml.flag("chrooted", true);
                            xml.text("source", finish);
                        })));
    }

    private void register() {
        var subscription = plan.subscription();
        if (subscription == null) {
            return;
        }
        xml.map("suse_register", () -> {
            xml.flag("do_registration", true);
            xml.text("email", subscription.account());
            xml.text("reg_code", subscription.code());
            xml.flag("install_updates", true);
            // Without a version, YaST takes the newest for the base product.
            xml.list(
                    "addons",
                    () -> plan.modules().forEach(module -> xml.map("addon", () -> xml.text("name", product(module)))));
        });
    }

    /** From the medium; a registered system gets them from the registration, with their updates. */
    private void modules() {
        if (plan.modules().isEmpty() || plan.subscription() != null) {
            return;
        }
        xml.map(
                "add-on",
                () -> xml.list("add_on_products", () -> {
                    for (var module : plan.modules()) {
                        xml.map("listentry", () -> {
                            // Of several CDs, the one that the installer came from.
                            xml.text("media_url", "relurl://");
                            xml.text("product_dir", "/" + module);
                            // Without it, the repository is added and nothing of it selected.
                            xml.text("product", product(module));
                        });
                    }
                }));
    }

    /** The product in a folder of SUSE's medium: {@code sle-module-basesystem} in {@code Module-Basesystem}. */
    private static String product(String folder) {
        return "sle-" + folder.toLowerCase(Locale.ROOT);
    }

    /** One GPT disk that boots by BIOS and UEFI, with the root partition last so that it can grow; no btrfs, no swap. */
    private void disk() {
        xml.list(
                "partitioning",
                () -> xml.map("drive", () -> {
                    xml.text("device", "/dev/vda");
                    xml.flag("initialize", true);
                    xml.text("disklabel", "gpt");
                    xml.text("use", "all");
                    xml.flag("enable_snapshots", false);
                    xml.list("partitions", () -> {
                        if (plan.bootsByBios()) {
                            partition(BIOS_BOOT, "1M", null, null);
                        }
                        partition(ESP, "256M", "vfat", "/boot/efi");
                        partition(LINUX, "max", "ext4", "/");
                    });
                }));
    }

    private void partition(int kind, String size, @Nullable String fileSystem, @Nullable String mount) {
        xml.map("partition", () -> {
            xml.flag("create", true);
            xml.number("partition_id", kind);
            xml.text("size", size);
            xml.flag("format", fileSystem != null);
            if (fileSystem != null && mount != null) {
                xml.symbol("filesystem", fileSystem);
                xml.text("mount", mount);
                xml.symbol("mountby", "uuid");
            }
        });
    }

    /** The script installs the boot loaders: YaST would do it after the script, which reports that the installation is complete. */
    private void bootLoader() {
        xml.map("bootloader", () -> xml.text("loader_type", "none"));
    }

    /** The product's default, which reserves memory and fails on machines that are too small for it. */
    private void noCrashDumps() {
        xml.map("kdump", () -> xml.flag("add_crash_kernel", false));
    }

    private void software() {
        xml.map("software", () -> {
            xml.flag("install_recommended", false);
            var product = plan.product();
            if (product != null) {
                xml.list("products", "product", List.of(product));
            }
            var pattern = plan.pattern();
            if (pattern != null) {
                xml.list("patterns", "pattern", List.of(pattern));
            }
            xml.list(
                    "packages",
                    "package",
                    Stream.of(List.of(plan.kernelPackage()), plan.bootloaderPackages(), plan.packages())
                            .flatMap(List::stream)
                            .toList());
        });
    }

    private void root() {
        xml.list(
                "users",
                () -> xml.map("user", () -> {
                    xml.text("username", "root");
                    // No password matches this hash: only the key can log in.
                    xml.text("user_password", "!");
                    xml.flag("encrypted", true);
                    xml.list("authorized_keys", "listentry", List.of(publicKey));
                }));
    }
}
