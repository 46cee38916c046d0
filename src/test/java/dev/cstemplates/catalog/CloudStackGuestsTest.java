/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.catalog.CloudStackGuests.GuestOsChoice;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.Version;
import dev.cstemplates.host.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudStackGuestsTest {

    private static final Installation CHECKOUT = new Installation(Path.of("").toAbsolutePath());
    private static final Catalog CATALOG = Catalog.load(CHECKOUT);
    private static final CloudStackGuests GUESTS = CloudStackGuests.load(CHECKOUT);

    /** Names for which KVM would select old hardware come with details that prevent this. */
    @Test
    void everyTemplateHasNamesForEveryVersion() {
        for (var definition : CATALOG.definitions()) {
            for (var hypervisor : definition.variants().keySet()) {
                for (var version : List.of("4.18.0", "4.20.1", "4.23.0")) {
                    var choices = choices(definition.id(), Architecture.X86_64, hypervisor, version);
                    assertThat(choices).as(definition.id() + " " + hypervisor).hasSizeGreaterThanOrEqualTo(1);
                    assertThat(choices).extracting(GuestOsChoice::osName).doesNotHaveDuplicates();
                    assertThat(choices.getLast().osName()).isEqualTo("Other PV (64-bit)");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        debian-12     | kvm    | 4.23.0 | Debian GNU/Linux 12 (64-bit)             | {}
        almalinux-9   | kvm    | 4.20.0 | AlmaLinux 9                              | {}
        almalinux-9   | kvm    | 4.20.1 | AlmaLinux 9                              | {guest.cpu.mode=host-model}
        suse-leap-16.0| kvm    | 4.22.0 | Other PV (64-bit)                        | {guest.cpu.mode=host-model}
        suse-sles-15  | kvm    | 4.22.0 | Other PV (64-bit)                        | {}
        suse-sles-15  | vmware | 4.22.0 | SUSE Linux Enterprise Server 15 (64-bit) | {nicAdapter=Vmxnet3, rootDiskController=pvscsi}
        debian-12     | hyperv | 4.18.0 | Debian GNU/Linux 12 (64-bit)             | {}
        """)
    void thePreferredNameIsFirstWithItsDetails(
            String id, String hypervisor, String version, String name, String details) {
        var best = choices(id, Architecture.X86_64, Hypervisor.valueOf(hypervisor.toUpperCase(Locale.ROOT)), version)
                .getFirst();
        assertThat(best.osName()).isEqualTo(name);
        assertThat(best.details()).hasToString(details);
    }

    @Test
    void armTemplatesAreOfferedOnlyForKvmOfSupportingVersions() {
        assertThat(choices("debian-12", Architecture.AARCH64, Hypervisor.KVM, "4.19.3"))
                .isEmpty();
        assertThat(choices("debian-12", Architecture.AARCH64, Hypervisor.KVM, "4.20.0"))
                .isNotEmpty();
        assertThat(choices("debian-12", Architecture.AARCH64, Hypervisor.VMWARE, "4.23.0"))
                .isEmpty();
    }

    /** For example a name that an administrator has added. */
    @Test
    void aNameThatKvmDoesNotRecogniseGetsVirtioDetails(@TempDir Path folder) throws IOException {
        var shelf = shelf(folder, Files.readString(Path.of("configs/cloudstack/guests.yaml")));
        shelf.put(
                "plain/1", Shelf.COMPLETE.replace("[Other PV (64-bit)]", "[SUSE Linux Enterprise Server 15 (64-bit)]"));
        var choices = CloudStackGuests.load(shelf.installation())
                .choices(
                        shelf.catalog().definition("plain-1"),
                        Architecture.X86_64,
                        Hypervisor.KVM,
                        new Version(4, 22, 0));
        assertThat(choices)
                .extracting(GuestOsChoice::toString)
                .containsExactly(
                        "GuestOsChoice[osName=SUSE Linux Enterprise Server 15 (64-bit), details={nicAdapter=virtio,"
                                + " rootDiskController=virtio}]",
                        "GuestOsChoice[osName=Other PV (64-bit), details={}]");
    }

    @Test
    void errorsInTheDataAreReported(@TempDir Path folder) throws IOException {
        var shelf = shelf(folder, "kvm: {architectures: {x86_64: 5}, fallbacks: [a]}\n");
        assertThatThrownBy(() -> CloudStackGuests.load(shelf.installation()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("guests.yaml");
        assertThat(new CloudStackGuestsCheck(shelf.installation(), shelf.catalog()).inspect(List.of()))
                .singleElement()
                .satisfies(finding -> assertThat(finding.status()).isEqualTo(CheckResult.Status.FAILED));
    }

    @Test
    void theDataRefersToExistingDefinitions(@TempDir Path folder) throws IOException {
        assertThat(new CloudStackGuestsCheck(CHECKOUT, CATALOG).inspect(List.of()))
                .isEmpty();
        var shelf = shelf(folder, Files.readString(Path.of("configs/cloudstack/guests.yaml")));
        assertThat(new CloudStackGuestsCheck(shelf.installation(), shelf.catalog()).inspect(List.of()))
                .extracting(CheckResult::detail)
                .anySatisfy(message -> assertThat(message).contains("there is no definition 'suse-sles-15'"));
    }

    private static Shelf shelf(Path folder, String data) throws IOException {
        return Shelf.in(folder)
                .putFile("configs/cloudstack/guests.yaml", data)
                .putFile(
                        "configs/cloudstack/guests.schema.json",
                        Files.readString(Path.of("configs/cloudstack/guests.schema.json")));
    }

    private static List<GuestOsChoice> choices(
            String id, Architecture architecture, Hypervisor hypervisor, String version) {
        return GUESTS.choices(
                CATALOG.definition(id),
                architecture,
                hypervisor,
                Version.in(version).orElseThrow());
    }
}
