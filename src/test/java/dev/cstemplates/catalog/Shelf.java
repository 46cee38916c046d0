package dev.cstemplates.catalog;

import dev.cstemplates.host.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An installation in a temporary folder, for tests that write their own definitions. */
public record Shelf(Path root) {

    /** A definition that lacks nothing. */
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
              keyring: /usr/share/keyrings/plain.gpg
              keyringPackage: plain-keyring
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
            """;

    /** An empty installation below {@code folder}, with the schema that ships. */
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
