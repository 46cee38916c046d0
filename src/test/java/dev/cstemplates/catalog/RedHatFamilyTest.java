/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.host.Installation;
import dev.cstemplates.media.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Facts about Enterprise Linux and Fedora that the definitions once had wrong. */
class RedHatFamilyTest {

    private final List<Definition> definitions =
            Catalog.load(new Installation(Path.of("").toAbsolutePath())).definitions().stream()
                    .filter(each -> each.packageFamily().equals("dnf"))
                    .toList();

    /** Retired in release 10; cloud-init grows partitions with sfdisk. */
    @Test
    void el10HasNoGdisk() {
        assertThat(definitions).allSatisfy(each -> {
            assertThat(each.packagesFor(Architecture.X86_64)).doesNotContain("gdisk");
            assertThat(each.packagesFor(Architecture.AARCH64)).doesNotContain("gdisk");
        });
    }

    /** AlmaLinux/cloud-images, rocky-linux/kickstarts and osbuild/images make disks of 10 GiB. */
    @Test
    void cloudImagesOfEnterpriseLinuxFitTheDisk() {
        assertThat(definitions)
                .filteredOn(each -> !each.family().equals("fedora"))
                .extracting(each -> each.machine().disk())
                .containsOnly(ByteSize.ofGiB(10));
    }

    /** Otherwise a kickstart's URL makes the initrd download the installer. */
    @Test
    void secondStageOfTheInstallerComesFromTheVerifiedIso() {
        assertThat(definitions)
                .extracting(each -> Objects.requireNonNull(each.installer()).arguments())
                .allSatisfy(arguments ->
                        assertThat(arguments).contains("inst.stage2=hd:LABEL={isoLabel}", "inst.nosave=all"));
    }

    /**
     * mkfs.xfs 6.5 enables nrext64 (Linux 5.19) and 6.18 parent pointers (Linux 6.10). Accepted by mkfs.xfs 6.1 (release 9) and 6.13 (release
     * 10, Fedora); 6.1 refuses 'exchange'.
     */
    @Test
    void rootFileSystemsCanBeMountedByOlderHosts() throws IOException {
        var nine = "--mkfsoptions=\"-m bigtime=0,inobtcount=0\"";
        var newer = "--mkfsoptions=\"-m bigtime=0,inobtcount=0 -i nrext64=0,exchange=0 -n parent=0\"";
        assertThat(rootPartition("almalinux-8")).doesNotContain("mkfsoptions");
        assertThat(rootPartition("almalinux-9")).endsWith(nine);
        assertThat(rootPartition("centos-10")).endsWith(newer);
        assertThat(rootPartition("fedora-45")).endsWith(newer);
    }

    /** Of the reviewed kickstart, which another test compares with the rendered one. */
    private static String rootPartition(String id) throws IOException {
        var kickstart = Path.of("src/test/resources/golden/answers", id + "-x86_64", "ks.cfg");
        return Files.readAllLines(kickstart).stream()
                .filter(line -> line.startsWith("part / "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void olderPackagesOfAlmaLinux8AreSignedByAnExpiredKey() {
        var bootstrap =
                (Bootstrap.Rpm) Objects.requireNonNull(definition("almalinux-8").bootstrap());
        assertThat(bootstrap.keys())
                .extracting(SigningKey::name)
                .containsExactlyInAnyOrder("almalinux-8", "almalinux-8-2021");
        assertThat(bootstrap.expiredKeys()).containsExactly("almalinux-8-2021");
    }

    /** https://fedorapeople.org/groups/schedule/f-45/f-45-key-tasks.html */
    @Test
    void fedoraReleasesEndAsScheduled() {
        assertThat(definition("fedora-43").eol()).isEqualTo(LocalDate.parse("2026-12-02"));
        assertThat(definition("fedora-44").eol()).isEqualTo(LocalDate.parse("2027-06-02"));
        assertThat(definition("fedora-45").eol()).isEqualTo(LocalDate.parse("2027-11-24"));
    }

    private Definition definition(String id) {
        return definitions.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
