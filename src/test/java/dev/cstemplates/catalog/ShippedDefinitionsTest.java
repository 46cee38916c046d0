package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.cstemplates.host.Architecture;
import dev.cstemplates.host.ByteSize;
import dev.cstemplates.host.Hypervisor;
import dev.cstemplates.host.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedDefinitionsTest {

    private final Catalog catalog = Catalog.load(new Installation(Path.of("").toAbsolutePath()));

    @Test
    void everyFileIsUsable() {
        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.definitions()).extracting(Definition::id).contains("debian-12", "debian-13");
    }

    @Test
    void everyDefinitionLiesWhereItsNameSays() {
        assertThat(catalog.definitions())
                .allSatisfy(definition -> assertThat(
                                catalog.entry(definition.id()).files().getFirst())
                        .isEqualTo("templates/" + definition.family() + "/" + definition.release() + ".yaml"));
    }

    @Test
    void everyTemplateHasWhatCloudStackNeeds() {
        assertThat(catalog.definitions()).allSatisfy(definition -> {
            assertThat(definition.packages()).contains("cloud-init", "wget", "qemu-guest-agent", "open-vm-tools");
            assertThat(definition.cloudstack().guestOs()).last().isEqualTo("Other PV (64-bit)");
            assertThat(Objects.requireNonNull(definition.variants().get(Hypervisor.KVM))
                            .datasources())
                    .containsExactly("ConfigDrive", "CloudStack", "None");
        });
    }

    @Test
    void debian12SaysWhatItsBuildNeeds() {
        var debian = catalog.definition("debian-12");
        assertThat(debian.eol()).isEqualTo(LocalDate.of(2028, 6, 30));
        assertThat(debian.machine()).isEqualTo(new Definition.Machine(2, ByteSize.ofGiB(2), ByteSize.ofGiB(4)));
        assertThat(debian.limits().prepare()).isEqualTo(Duration.ofMinutes(20));
        assertThat(debian.limits().maxAge()).isEqualTo(Duration.ofDays(7));
        assertThat(debian.packagesFor(Architecture.X86_64)).contains("cloud-init", "hyperv-daemons");
        assertThat(debian.packagesFor(Architecture.AARCH64))
                .contains("cloud-init")
                .doesNotContain("hyperv-daemons");
        var bootstrap = Objects.requireNonNull(debian.bootstrap());
        assertThat(bootstrap.suite()).isEqualTo("bookworm");
        assertThat(bootstrap.suites()).containsExactly("bookworm-updates");
        assertThat(bootstrap.securitySuite()).isEqualTo("bookworm-security");
        assertThat(bootstrap.keyring()).isEqualTo("/usr/share/keyrings/debian-archive-keyring.gpg");
    }

    /** Ubuntu differs in all that a definition can differ in within apt: it has to be expressible by data alone. */
    @Test
    void ubuntuNeedsNothingButAFile(@TempDir Path folder) throws IOException {
        var shelf = Shelf.in(folder)
                .put("apt", Files.readString(Path.of("templates/apt.yaml")))
                .put("ubuntu/24.04", """
                        extends: apt
                        id: ubuntu-24.04
                        title: Ubuntu 24.04 LTS (noble)
                        family: ubuntu
                        release: "24.04"
                        eol: 2029-05-31
                        architectures:
                          x86_64:
                            cpu: x86-64-v1
                            kernelPackage: linux-generic
                            bootloaderPackages: [grub-pc-bin, grub-efi-amd64-signed, shim-signed]
                            packages: [linux-cloud-tools-virtual]
                          aarch64:
                            cpu: armv8-a
                            kernelPackage: linux-generic
                            bootloaderPackages: [grub-efi-arm64-signed, shim-signed]
                        bootstrap:
                          suite: noble
                          mirror: http://archive.ubuntu.com/ubuntu
                          mirrorByArchitecture: {aarch64: http://ports.ubuntu.com/ubuntu-ports}
                          suites: [noble-updates, noble-security]
                          components: [main, universe]
                          keyring: /usr/share/keyrings/ubuntu-archive-keyring.gpg
                          keyringPackage: ubuntu-keyring
                        packages: [cloud-init, wget]
                        guest: {defaultUser: ubuntu}
                        cloudstack: {guestOs: [Ubuntu 24.04 LTS, Other PV (64-bit)]}
                        """);
        assertThat(shelf.catalog().problems()).isEmpty();
        var ubuntu = shelf.catalog().definition("ubuntu-24.04");
        var bootstrap = Objects.requireNonNull(ubuntu.bootstrap());
        assertThat(bootstrap.securityMirror()).isNull();
        assertThat(bootstrap.securitySuite()).isNull();
        assertThat(bootstrap.components()).containsExactly("main", "universe");
        assertThat(bootstrap.mirrorFor(Architecture.X86_64)).isEqualTo("http://archive.ubuntu.com/ubuntu");
        assertThat(bootstrap.mirrorFor(Architecture.AARCH64)).isEqualTo("http://ports.ubuntu.com/ubuntu-ports");
        assertThat(ubuntu.variants())
                .containsOnly(
                        entry(Hypervisor.KVM, new Definition.Variant(List.of("ConfigDrive", "CloudStack", "None"))));
    }
}
