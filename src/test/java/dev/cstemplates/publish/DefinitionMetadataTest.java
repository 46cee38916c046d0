package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.artifact.Manifest;
import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.CloudStackGuests;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Version;
import dev.cstemplates.host.Installation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefinitionMetadataTest {

    private static final Installation CHECKOUT = new Installation(Path.of("").toAbsolutePath());
    private static final Version SERVER = new Version(4, 22, 0);

    private final DefinitionMetadata metadata =
            new DefinitionMetadata(Catalog.load(CHECKOUT), CloudStackGuests.load(CHECKOUT));

    @Test
    void theBestNameComesFirstAndTheGenericNameLast() {
        var actual = metadata.of(disk("debian-12", "x86_64", "kvm"), SERVER);

        assertThat(actual.choices().getFirst())
                .isEqualTo(new CloudStackGuests.GuestOsChoice(
                        "Debian GNU/Linux 12 (64-bit)", Collections.emptySortedMap()));
        assertThat(actual.choices().getLast().osName()).isEqualTo("Other PV (64-bit)");
        assertThat(actual.isPasswordEnabled()).isTrue();
    }

    @Test
    void detailsDependOnTheServersVersion() {
        var disk = disk("almalinux-9", "x86_64", "kvm");

        assertThat(metadata.of(disk, SERVER).choices().getFirst().details())
                .isEqualTo(Map.of("guest.cpu.mode", "host-model"));
        assertThat(metadata.of(disk, new Version(4, 19, 0)).choices().getFirst().details())
                .isEmpty();
    }

    @Test
    void anArchitectureThatTheServerDoesNotSupportIsRejected() {
        var disk = disk("debian-12", "aarch64", "kvm");

        assertThat(metadata.of(disk, SERVER).choices()).isNotEmpty();
        assertThatThrownBy(() -> metadata.of(disk, new Version(4, 19, 1)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("CloudStack 4.19.1 does not support aarch64 guests on KVM");
    }

    @Test
    void withoutADefinitionTheGenericNamesAreUsed() {
        var actual = metadata.of(disk("gone-1", "x86_64", "kvm"), SERVER);

        assertThat(actual.choices())
                .extracting(CloudStackGuests.GuestOsChoice::osName)
                .containsExactly("Other PV (64-bit)", "Other Linux (64-bit)");
        assertThat(actual.isPasswordEnabled()).isFalse();
    }

    private static TemplateDisk disk(String id, String architecture, String hypervisor) {
        var entry = new Manifest.FileEntry("disk", "disk", hypervisor, "qcow2", 1, "00", 1, "00", "00");
        var manifest = new Manifest(
                Manifest.SCHEMA_VERSION,
                id,
                "1",
                id,
                architecture,
                Instant.EPOCH,
                "cst",
                "00",
                1,
                new Manifest.ValidationSummary(true, 0, 0, 0, 0),
                Collections.emptySortedMap(),
                List.of(entry),
                List.of());
        return new TemplateDisk(manifest, entry, Path.of("disk"));
    }
}
