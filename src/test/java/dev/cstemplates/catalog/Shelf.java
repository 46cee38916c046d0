/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import dev.cstemplates.host.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An installation in a temporary folder, for tests that write their own definitions. */
public record Shelf(Path root) {

    /** A complete definition. */
    public static final String COMPLETE = """
        id: plain-1
        title: Plain 1
        family: plain
        release: "1"
        eol: 2030-01-31
        packageFamily: apt
        architectures:
          x86_64: {cpu: x86-64-v1, kernelPackage: linux, bootloaderPackages: [grub]}
        machine:
          cpus: 2
          memory: 2GiB
          disk: 4GiB
        bootstrap:
          suite: one
          mirror: http://mirror.example/plain
          suites: []
          components: [main]
          keys:
            - vendor
        packages: [cloud-init]
        guest:
          defaultUser: plain
          passwordEnabled: false
          locale: C.UTF-8
          timezone: Etc/UTC
        limits: {prepare: 20m, boot: 90s, emulationFactor: 10, maxAge: 7d}
        variants:
          kvm:
            datasources: [ConfigDrive, CloudStack, None]
        cloudstack:
          guestOs: [Other PV (64-bit)]
        keys:
          vendor: {fingerprint: 843938DF228D22F7B3742BC0D94AA3F0EFE21092, url: https://vendor.example/key, expires: 2031-01-01}
        """;

    private static final String ISO = """
            iso:
              base: https://vendor.example/isos
              fallbacks: [https://mirror.example/isos, https://archive.example/isos]
              file: plain-1\\.[0-9]+\\.iso
              checksum: {file: SHA256SUMS, format: gnu, algorithm: sha256}
              signature: {kind: detached, suffix: .gpg, keys: [vendor]}
              size: {least: 300MiB, most: 2GiB}
              kernel: /boot/vmlinuz
              initrd: /boot/initrd
        """;

    /** The same with an ISO, for a kickstart from {@code templates/plain/kickstart.ftl}. */
    public static final String WITH_ISO =
            COMPLETE.replace("{cpu: x86-64-v1, kernelPackage: linux, bootloaderPackages: [grub]}", "\n" + """
                    cpu: x86-64-v1
                    kernelPackage: linux
                    bootloaderPackages: [grub]
                """ + ISO)
                    + """
                    installer:
                      kind: kickstart
                      template: plain/kickstart.ftl
                      syntax: RHEL9
                      label: OEMDRV
                      arguments: [inst.text, "inst.ks=hd:LABEL=OEMDRV:/ks.cfg", "root=live:CDLABEL={isoLabel}"]
                      packages: [cloud-init]
                      repositories: [{name: BaseOS, url: "https://vendor.example/{arch}/os/"}]
                      memory: 4GiB
                      stall: 15m
                      limit: 60m
                    """;

    /** An empty installation in {@code folder} with the shipped schema. */
    public static Shelf in(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("scripts"));
        Files.createDirectories(folder.resolve("templates"));
        Files.copy(Path.of("templates", "definition.schema.json"), folder.resolve("templates/definition.schema.json"));
        return new Shelf(folder);
    }

    /** Adds {@code templates/<name>.yaml}. */
    public Shelf put(String name, String yaml) throws IOException {
        return putFile("templates/" + name + ".yaml", yaml);
    }

    public Shelf putFile(String name, String content) throws IOException {
        var file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    public Installation installation() {
        return new Installation(root);
    }

    public Catalog catalog() {
        return Catalog.load(installation());
    }
}
