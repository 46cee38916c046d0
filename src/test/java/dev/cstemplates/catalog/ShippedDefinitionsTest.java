/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.host.Installation;
import dev.cstemplates.media.MediaSource;
import dev.cstemplates.media.Selection;
import dev.cstemplates.media.Signature;
import dev.cstemplates.media.SigningKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ShippedDefinitionsTest {

    private final Catalog catalog = Catalog.load(new Installation(Path.of("").toAbsolutePath()));

    @Test
    void everyFileIsUsable() {
        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.definitions()).extracting(Definition::id).contains("debian-12", "debian-13");
    }

    @Test
    void everyDefinitionHasThePathOfItsId() {
        assertThat(catalog.definitions())
                .allSatisfy(definition -> assertThat(
                                catalog.entry(definition.id()).files().getFirst())
                        .isEqualTo("templates/" + definition.family() + "/" + definition.release() + ".yaml"));
    }

    @Test
    void everyTemplateMeetsCloudStacksRequirements() {
        assertThat(catalog.definitions()).allSatisfy(definition -> {
            assertThat(definition.packagesFor(Architecture.X86_64))
                    .contains("cloud-init", "wget", "qemu-guest-agent", "open-vm-tools");
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
        var bootstrap = (Bootstrap.Apt) Objects.requireNonNull(debian.bootstrap());
        assertThat(bootstrap.suite()).isEqualTo("bookworm");
        assertThat(bootstrap.suites()).containsExactly("bookworm-updates");
        assertThat(bootstrap.securitySuite()).isEqualTo("bookworm-security");
        assertThat(bootstrap.keys())
                .extracting(SigningKey::name)
                .containsExactly("debian-archive-12", "debian-security-12");
    }

    @Test
    void allFamiliesAreDefined() {
        assertThat(catalog.definitions())
                .extracting(Definition::id)
                .containsExactly(
                        "almalinux-8",
                        "almalinux-9",
                        "almalinux-10",
                        "centos-9",
                        "centos-10",
                        "debian-12",
                        "debian-13",
                        "fedora-43",
                        "fedora-44",
                        "fedora-45",
                        "rhel-8",
                        "rhel-9",
                        "rhel-10",
                        "rockylinux-8",
                        "rockylinux-9",
                        "rockylinux-10",
                        "suse-leap-15.6",
                        "suse-leap-16.0",
                        "suse-leap-16.1",
                        "suse-sles-15",
                        "suse-sles-16.0",
                        "suse-sles-16.1",
                        "ubuntu-22.04",
                        "ubuntu-24.04",
                        "ubuntu-26.04");
        assertThat(catalog.definitions()).allSatisfy(definition -> {
            assertThat(definition.architectures()).containsOnlyKeys(Architecture.X86_64, Architecture.AARCH64);
            assertThat(definition.sources()).contains(Source.ISO);
            definition
                    .architectures()
                    .values()
                    .forEach(target -> assertThat(
                                    Objects.requireNonNull(target.iso()).boot())
                            .isNotNull());
        });
    }

    /** On older processors glibc and kernel panic before they print anything, and CloudStack's default processor is older. */
    @Test
    void releasesThatRequireANewerProcessorDeclareIt() {
        assertThat(processorOf("almalinux-8")).isEqualTo("x86-64-v1");
        assertThat(processorOf("rhel-9")).isEqualTo("x86-64-v2");
        assertThat(processorOf("centos-10")).isEqualTo("x86-64-v3");
        assertThat(processorOf("suse-sles-16.0")).isEqualTo("x86-64-v2");
        assertThat(processorOf("ubuntu-26.04")).isEqualTo("x86-64-v1");
    }

    /** The last line of defence against a malicious mirror: changes here must be deliberate. */
    @Test
    void mediaAreVerifiedWithTheVendorsKeys() {
        assertThat(signature("ubuntu-24.04")).isInstanceOfSatisfying(Signature.Detached.class, signature -> {
            assertThat(signature.file()).isEqualTo("{file}.gpg");
            assertThat(signature.keys()).extracting(SigningKey::name).containsExactly("ubuntu-cdimage");
        });
        assertThat(key("ubuntu-24.04", "ubuntu-cdimage")).isEqualTo("843938DF228D22F7B3742BC0D94AA3F0EFE21092");
        assertThat(key("debian-12", "debian-cd")).isEqualTo("DF9B9C49EAA9298432589D76DA87E80D6294BE9B");
        assertThat(signature("almalinux-10")).isInstanceOf(Signature.ClearSigned.class);
        assertThat(signature("almalinux-10").keys())
                .extracting(SigningKey::name)
                .containsExactly("almalinux-10");
        assertThat(key("almalinux-10", "almalinux-10")).isEqualTo("EE6DB7B98F5BF5EDD9DA0DE5DEE5C11CC2A1E572");
        assertThat(key("rockylinux-8", "rockylinux-8")).isEqualTo("7051C470A929F454CEBE37B715AF5DAC6D745A60");
        assertThat(key("fedora-44", "fedora-44")).isEqualTo("36F612DCF27F7D1A48A835E4DBFCF71C6D9F90A6");
        assertThat(key("fedora-45", "fedora-45")).isEqualTo("4F50A6114CD5C6976A7F1179655A4B02F577861E");
        assertThat(key("suse-leap-16.0", "opensuse")).isEqualTo("AD485664E901B867051AB15F35A2F86E29B700A4");
        assertThat(signature("rockylinux-9")).isInstanceOf(Signature.None.class);
        assertThat(signature("centos-9")).isInstanceOf(Signature.None.class);
    }

    @Test
    void mediaForSubscribersAreLocal() {
        assertThat(List.of("rhel-8", "rhel-9", "rhel-10", "suse-sles-15", "suse-sles-16.0", "suse-sles-16.1"))
                .allSatisfy(id -> assertThat(target(id).iso()).isInstanceOf(Media.Local.class));
    }

    /** Names from the vendors' servers, and similar names that must not match. */
    @Test
    void patternsMatchTheVendorsFileNames() {
        assertThat(names("ubuntu-24.04").asMatchPredicate())
                .accepts("ubuntu-24.04.5-live-server-amd64.iso", "ubuntu-24.04-live-server-amd64.iso")
                .rejects("ubuntu-24.04.5-desktop-amd64.iso", "ubuntu-24.04.5-live-server-amd64.iso.zsync");
        assertThat(names("debian-13").asMatchPredicate())
                .accepts("debian-13.7.0-amd64-netinst.iso")
                .rejects("debian-edu-13.7.0-amd64-netinst.iso", "debian-mac-13.7.0-amd64-netinst.iso");
        assertThat(names("almalinux-9").asMatchPredicate())
                .accepts("AlmaLinux-9.8-x86_64-boot.iso")
                .rejects("AlmaLinux-9-latest-x86_64-boot.iso", "AlmaLinux-9.8-x86_64-dvd.iso");
        assertThat(names("rockylinux-10").asMatchPredicate())
                .accepts("Rocky-10.2-x86_64-boot.iso")
                .rejects("Rocky-10.2-x86_64-dvd1.iso");
        assertThat(names("fedora-43").asMatchPredicate())
                .accepts("Fedora-Server-netinst-x86_64-43-1.6.iso")
                .rejects("Fedora-Server-dvd-x86_64-43-1.6.iso");
        assertThat(onlyName("centos-10")).isEqualTo("CentOS-Stream-10-latest-x86_64-boot.iso");
        assertThat(onlyName("suse-leap-16.0")).isEqualTo("Leap-16.0-online-installer-x86_64.install.iso");
    }

    @Test
    void ubuntuHasABootstrapLikeDebian() {
        var ubuntu = catalog.definition("ubuntu-24.04");
        var bootstrap = (Bootstrap.Apt) Objects.requireNonNull(ubuntu.bootstrap());
        assertThat(bootstrap.securityMirror()).isNull();
        assertThat(bootstrap.suites()).containsExactly("noble-updates", "noble-security");
        assertThat(bootstrap.mirrorFor(Architecture.X86_64)).isEqualTo("http://archive.ubuntu.com/ubuntu");
        assertThat(bootstrap.mirrorFor(Architecture.AARCH64)).isEqualTo("http://ports.ubuntu.com/ubuntu-ports");
        assertThat(ubuntu.variants())
                .containsEntry(
                        Hypervisor.KVM, new Definition.Variant(List.of("ConfigDrive", "CloudStack", "None"), null));
    }

    private String processorOf(String id) {
        return target(id).cpu();
    }

    private String key(String id, String name) {
        return Objects.requireNonNull(catalog.definition(id).keys().get(name))
                .fingerprint()
                .hex();
    }

    private Signature signature(String id) {
        return iso(id).checksums().orElseThrow().signature();
    }

    private Pattern names(String id) {
        return ((Selection.Newest) iso(id).selection()).names();
    }

    private String onlyName(String id) {
        return ((Selection.Named) iso(id).selection()).fileName();
    }

    private MediaSource iso(String id) {
        return Objects.requireNonNull(target(id).iso()).published();
    }

    private Definition.Target target(String id) {
        return Objects.requireNonNull(catalog.definition(id).architectures().get(Architecture.X86_64));
    }
}
